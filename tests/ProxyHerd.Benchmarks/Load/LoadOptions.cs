using Microsoft.Extensions.Configuration;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>What the load generator is to do.</summary>
internal sealed record LoadOptions
{
    /// <summary>Port on the loopback address of the server to load.</summary>
    public int Port { get; init; } = 13000;

    /// <summary>Connections held open.</summary>
    public int Connections { get; init; } = 50;

    /// <summary>Requests sent and not yet answered, on each connection.</summary>
    public int InFlight { get; init; } = 16;

    /// <summary>Requests that are counted, unless <see cref="Seconds"/> is given.</summary>
    public long Requests { get; init; } = 1_000_000;

    /// <summary>How long to go on after the warm-up; 0 to go by <see cref="Requests"/>.</summary>
    public double Seconds { get; init; }

    /// <summary>Requests before the counted ones.</summary>
    public long WarmUp { get; init; }

    /// <summary>How many different keys there are.</summary>
    public long Keys { get; init; } = 100_000;

    /// <summary>One request; see <see cref="RequestTemplate"/>.</summary>
    public string Template { get; init; } = @"IAMAT car%6k +34.%6r-118.%6r %T\n";

    /// <summary>What every reply line begins with; others are counted as errors.</summary>
    public string Expect { get; init; } = "";

    /// <summary>The same seed gives the same keys and positions.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Ports of the servers' HTTP endpoints, separated by commas; for <see cref="HerdLoad"/>.</summary>
    public string HttpPorts { get; init; } = "";

    /// <summary>Reads <c>--in-flight 16 …</c>; an option that does not exist is refused by name.</summary>
    public static LoadOptions Parse(IEnumerable<string> arguments)
    {
        string[] keys = [.. arguments.Select(argument => argument.StartsWith("--", StringComparison.Ordinal) ? WithoutHyphens(argument) : argument)];
        return new ConfigurationBuilder().AddCommandLine(keys).Build()
            .Get<LoadOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new LoadOptions();
    }

    private static string WithoutHyphens(string option) => "--" + option.Replace("-", "", StringComparison.Ordinal);
}
