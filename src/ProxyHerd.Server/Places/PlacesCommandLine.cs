using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ProxyHerd.Herd.Places;
using ProxyHerd.Protocol;

namespace ProxyHerd.Server.Places;

/// <summary><c>--near +43.7384+7.4246 --radius 1 --bound 5 --json</c>, and what is left for the configuration.</summary>
/// <param name="Query">What to ask.</param>
/// <param name="IsJson">Whether the answer is wanted as it goes to clients.</param>
/// <param name="Others">The other arguments.</param>
internal sealed record PlacesCommandLine(PlacesQuery Query, bool IsJson, string[] Others)
{
    private const string Usage =
        "usage: ProxyHerd.Server places --near POSITION [--radius KILOMETRES] [--bound PLACES] [--json] [--config FILE] [--Section:Key value …]";

    /// <summary>The names of the values, and what they are if they are not given; null for what must be.</summary>
    private static readonly (string Name, string? Default)[] Values = [("--near", null), ("--radius", "1"), ("--bound", "5")];

    /// <summary>Parses the arguments behind <c>places</c>; writes what is wrong with them if it can't.</summary>
    public static bool TryParse(string[] arguments, TextWriter errors, [NotNullWhen(true)] out PlacesCommandLine? command)
    {
        command = null;
        var isJson = false;
        var given = Values.Select(value => value.Default).ToArray();
        var others = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument : argument[..equals];
            var which = Array.FindIndex(Values, value => value.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (argument.Equals("--json", StringComparison.OrdinalIgnoreCase))
                isJson = true;
            else if (which < 0)
                TakeOther(arguments, ref i, others);
            else if (equals < 0 && i + 1 == arguments.Length)
                return Fail(errors, $"'{argument}': has no value behind it");
            else
                given[which] = equals < 0 ? arguments[++i] : argument[(equals + 1)..];
        }

        if (given[0] is not { } near)
            return Fail(errors, "--near: is missing; give a position such as +43.7384+7.4246");
        if (!Position.TryParse(Encoding.UTF8.GetBytes(near), out var position))
            return Fail(errors, $"--near: '{near}' is no position; give degrees with both signs, such as +43.7384+7.4246");
        if (!TryParseWhatsat(given[1]!, "1", out var meters, out _))
            return Fail(errors, $"--radius: '{given[1]}' is no radius; give kilometres above 0, at most {WhatsatLine.RadiusKilometersMax}");
        if (!TryParseWhatsat("1", given[2]!, out _, out var bound) || bound == 0)
            return Fail(errors, $"--bound: '{given[2]}' is no bound; give a number of places from 1 to {WhatsatLine.BoundMax}");

        command = new PlacesCommandLine(new PlacesQuery(position.Latitude, position.Longitude, meters, bound), isJson, [.. others]);
        return true;
    }

    /// <summary>A key takes its value along, which may look like one of ours.</summary>
    private static void TakeOther(string[] arguments, ref int at, List<string> others)
    {
        var argument = arguments[at];
        others.Add(argument);
        if (argument.StartsWith("--", StringComparison.Ordinal) && !argument.Contains('=', StringComparison.Ordinal) && at + 1 < arguments.Length)
            others.Add(arguments[++at]);
    }

    /// <summary>Radius and bound are what a WHATSAT takes.</summary>
    private static bool TryParseWhatsat(string radius, string bound, out double meters, out int places)
    {
        var isOne = WhatsatLine.TryParse(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"WHATSAT places {radius} {bound}")), out var whatsat);
        (meters, places) = (whatsat.RadiusMeters, whatsat.Bound);
        return isOne;
    }

    private static bool Fail(TextWriter errors, string mistake)
    {
        errors.WriteLine(mistake);
        errors.WriteLine(Usage);
        return false;
    }
}
