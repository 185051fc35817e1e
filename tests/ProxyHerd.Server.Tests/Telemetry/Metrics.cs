using System.Globalization;
using System.Text.RegularExpressions;

namespace ProxyHerd.Server.Tests.Telemetry;

/// <summary>Prometheus text, taken apart.</summary>
internal sealed partial class Metrics
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    private Metrics(string text)
    {
        Text = text;
        foreach (Match line in Sample().Matches(text))
        {
            var labels = Label().Matches(line.Groups["labels"].Value)
                .Where(label => label.Groups["key"].Value != "otel_scope_name")
                .Select(label => label.Value);
            _values[$"{line.Groups["name"].Value} {string.Join(',', labels)}".TrimEnd()] =
                double.Parse(line.Groups["value"].Value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>All of it.</summary>
    public string Text { get; }

    /// <summary>The value of <c>name</c> or <c>name label="value"</c>.</summary>
    public double this[string sample] =>
        _values.TryGetValue(sample, out var value) ? value : throw new KeyNotFoundException($"There is no '{sample}' in\n{Text}");

    public override string ToString() => Text;

    /// <summary>Waits until a server's samples have these values. What it last exported it may repeat for a moment.</summary>
    public static Task<Metrics> GetAsync(ServerFactory server, params (string Sample, double Value)[] expected) => Eventually.GetAsync(
        $"metrics with {string.Join(", ", expected)}",
        async () => new Metrics(await server.Http.GetStringAsync("/metrics")),
        metrics => Array.TrueForAll(expected, sample => metrics._values.TryGetValue(sample.Sample, out var value) && value == sample.Value));

    [GeneratedRegex("""^(?<name>\w+)(\{(?<labels>[^}]*)\})? (?<value>\S+)""", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("(?<key>\\w+)=\"[^\"]*\"")]
    private static partial Regex Label();
}
