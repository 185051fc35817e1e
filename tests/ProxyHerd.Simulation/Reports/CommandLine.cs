using System.Globalization;
using ProxyHerd.Herd;
using ProxyHerd.Simulation.Mixes;

namespace ProxyHerd.Simulation.Reports;

/// <summary>What the command is asked for.</summary>
internal sealed record CommandLine
{
    /// <summary>How to ask.</summary>
    public static string Usage { get; } = $"""
        usage: ProxyHerd.Simulation [--seed N | --seeds N..N] [--mix NAME] [--servers N] [--seconds S | --hours H] [--jobs N] [--history CLIENT] [--mistake NAME]
        mixes: {string.Join(", ", KnownMixes.All.Select(mix => mix.Name))}
        mistakes, each with a mix of its own: {string.Join(", ", Enum.GetNames<Mistakes>().Skip(1))}
        """;

    public ulong FirstSeed { get; private init; } = 1;

    public ulong LastSeed { get; private init; } = 1;

    /// <summary>The mix that was named, with the servers that were asked for.</summary>
    public Mix Mix => Servers is { } servers ? NamedMix with { Herd = NamedMix.Herd with { Servers = servers } } : NamedMix;

    private Mix NamedMix { get; init; } = KnownMixes.All[0];

    private int? Servers { get; init; }

    public int Jobs { get; private init; } = 1;

    /// <summary>The client whose history is printed though nothing failed; null for none.</summary>
    public string? HistoryOf { get; private init; }

    public TimeSpan Time { get; private init; } = TimeSpan.FromSeconds(60);

    /// <summary>A world of more than a minute is healed and judged after each.</summary>
    public SimulationOptions Options
    {
        get
        {
            var minute = TimeSpan.FromMinutes(1);
            return Time <= minute
                ? new SimulationOptions { Mix = Mix, HistoryOf = HistoryOf, RoundTime = Time }
                : new SimulationOptions { Mix = Mix, HistoryOf = HistoryOf, RoundTime = minute, Rounds = (int)Math.Ceiling(Time / minute) };
        }
    }

    /// <exception cref="FormatException">It cannot be understood; the message says what.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count % 2 != 0)
            throw new FormatException($"{arguments[^1]}: a value is missing");
        var line = new CommandLine();
        for (var i = 0; i < arguments.Count; i += 2)
            line = line.With(arguments[i], arguments[i + 1]);
        return line.FirstSeed <= line.LastSeed ? line : throw new FormatException("--seeds: the last comes before the first");
    }

    private CommandLine With(string name, string value)
    {
        try
        {
            return name switch
            {
                "--seed" => this with { FirstSeed = SeedOf(value), LastSeed = SeedOf(value) },
                "--seeds" => this with { FirstSeed = SeedOf(value.Split("..")[0]), LastSeed = SeedOf(value.Split("..")[^1]) },
                "--mix" => this with
                {
                    NamedMix = KnownMixes.All.SingleOrDefault(mix => mix.Name == value)
                        ?? throw new FormatException($"unknown; known are {string.Join(", ", KnownMixes.All.Select(mix => mix.Name))}"),
                },
                "--servers" => this with { Servers = ServersOf(value) },
                "--seconds" => this with { Time = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)) },
                "--hours" => this with { Time = TimeSpan.FromHours(double.Parse(value, CultureInfo.InvariantCulture)) },
                "--mistake" => this with { NamedMix = MistakeMixes.Of(Enum.Parse<Mistakes>(value)).With(Enum.Parse<Mistakes>(value) | Mistakes.NoRepair) },
                "--history" => this with { HistoryOf = value },
                "--jobs" => this with { Jobs = Math.Max(1, int.Parse(value, CultureInfo.InvariantCulture)) },
                _ => throw new FormatException("not an option"),
            };
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            throw new FormatException($"{name} {value}: {exception.Message}", exception);
        }
    }

    private static ulong SeedOf(string value) => ulong.Parse(value, CultureInfo.InvariantCulture);

    private static int ServersOf(string value)
    {
        var servers = int.Parse(value, CultureInfo.InvariantCulture);
        return servers is >= 1 and <= 30 ? servers : throw new FormatException("1 to 30 servers can be simulated");
    }
}
