using System.Globalization;

namespace ProxyHerd.Fuzz;

/// <summary>What to feed, and how much of it.</summary>
/// <param name="Target">A target's name, <c>parsers</c> or <c>all</c>.</param>
/// <param name="Inputs">Inputs for each target.</param>
/// <param name="Seed">What the inputs follow from.</param>
/// <param name="TimeMax">A target that takes longer ends before it has had all inputs.</param>
internal sealed record FuzzOptions(string Target, long Inputs, ulong Seed, TimeSpan TimeMax)
{
    /// <summary>How it is called.</summary>
    public const string Usage = "--target NAME|parsers|all [--inputs 1000000] [--seed NUMBER] [--seconds 86400]";

    /// <summary>Reads arguments.</summary>
    /// <exception cref="FormatException">One is unknown, has no value, or another kind of value.</exception>
    public static FuzzOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new FuzzOptions("", 1_000_000, (ulong)TimeProvider.System.GetTimestamp(), TimeSpan.FromDays(1));
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value = i + 1 < arguments.Count ? arguments[i + 1] : throw new FormatException($"{arguments[i]} has no value");
            options = arguments[i] switch
            {
                "--target" => options with { Target = value },
                "--inputs" => options with { Inputs = long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
                "--seed" => options with { Seed = ulong.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) },
                "--seconds" => options with { TimeMax = TimeSpan.FromSeconds(int.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture)) },
                _ => throw new FormatException($"{arguments[i]} is not known"),
            };
        }

        return options.Target.Length > 0 ? options : throw new FormatException("--target is missing");
    }
}
