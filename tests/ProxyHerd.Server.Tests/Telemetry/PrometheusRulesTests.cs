using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Server.Tests.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Telemetry;

/// <summary>Holds everything that a server exports to the rules of <c>promtool check metrics</c>, and its labels to few values.</summary>
public sealed partial class PrometheusRulesTests : IDisposable
{
    /// <summary>Every label that there is, each of a handful of values that no client chooses.</summary>
    private static readonly string[] Labels =
    [
        "cpu_mode", "direction", "error_type", "gc_heap_generation", "http_request_method", "http_response_status_code", "http_route", "le",
        "neighbour", "network_protocol_version", "outcome", "otel_scope_name", "provider", "reason", "state", "tls_protocol_version", "verb",
    ];

    private static readonly string[] ShortUnits = ["_ms", "_us", "_ns", "_kb", "_mb", "_milliseconds", "_minutes", "_kilobytes", "_megabytes"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Names_KeepTheRules()
    {
        var text = await ScrapeAsync();

        var types = Types().Matches(text).ToDictionary(type => type.Groups["name"].Value, type => type.Groups["type"].Value);
        var helped = Helps().Matches(text).Select(help => help.Groups["name"].Value).ToHashSet();
        Assert.InRange(types.Count, 50, 200);
        Assert.All(types, metric =>
        {
            var (name, type) = metric;
            Assert.Contains(name, helped);
            Assert.Equal(type == "counter", name.EndsWith("_total", StringComparison.Ordinal));
            Assert.DoesNotMatch("_(count|sum|bucket)$", name);
            Assert.DoesNotContain(ShortUnits, unit => name.Contains(unit, StringComparison.Ordinal));
            Assert.Matches("^[a-z][a-z0-9_]*$", name);
        });
    }

    [Fact]
    public async Task Labels_AreOfFewValues()
    {
        var text = await ScrapeAsync();

        var labels = from series in Series().Matches(text)
                     where !series.Value.StartsWith("target_info", StringComparison.Ordinal)
                     from Match label in Label().Matches(series.Groups["labels"].Value)
                     select (Key: label.Groups["key"].Value, Value: label.Groups["value"].Value);
        var all = labels.Distinct().ToList();
        Assert.Contains(("neighbour", "Parker"), all);
        Assert.Contains(("provider", "Google"), all);
        Assert.Contains(("verb", "iamat"), all);
        Assert.Empty(all.Select(label => label.Key).Distinct().Except(Labels));
        Assert.DoesNotContain(all, label => label.Value.Contains("kiwi", StringComparison.Ordinal));
        Assert.DoesNotContain(all, label => label.Key != "le" && !label.Key.StartsWith("network_", StringComparison.Ordinal)
            && label.Key != "http_response_status_code" && IPAddress.TryParse(label.Value, out _));
        Assert.All(all.Where(label => label.Key != "le").GroupBy(label => label.Key), values => Assert.InRange(values.Count(), 1, 12));
    }

    /// <summary>Of a server that has done a bit of everything.</summary>
    private async Task<string> ScrapeAsync()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        await using var server = new ServerFactory(
            [
                ("Journal:Durability", "Disk"),
                ("Journal:Path", _folder.FullName),
                ("Places:Provider", "Google"),
                ("Places:Google:Key", GoogleSetup.Key),
                ("Places:Google:BaseUrl", google.BaseUrl),
            ],
            services => services.AddSingleton(GoogleSetup.Quick));
        await LineClient.AskAsync(server.Lines, "IAMAT kiwi +34.068930-118.445127 1400794645\nWHATSAT kiwi 10 2\nkiwi\nAT kiwi +1 kiwi +1+1 1\nHERD BYE kiwi\n");
        await server.Http.GetStringAsync("/herd?kiwi");
        using (await server.Http.GetAsync("/kiwi"))
        using (await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod("KIWI"), "/herd")))
        {
        }

        var metrics = await Metrics.GetAsync(
            server, ("proxyherd_journal_batch_updates_count", 1), ("proxyherd_places_call_duration_seconds_count provider=\"Google\"", 1));
        return metrics.Text;
    }

    [GeneratedRegex("^# TYPE (?<name>\\S+) (?<type>\\S+)$", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex("^# HELP (?<name>\\S+) \\S", RegexOptions.Multiline)]
    private static partial Regex Helps();

    [GeneratedRegex("^\\w+\\{(?<labels>[^}]*)\\} ", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex("(?<key>\\w+)=\"(?<value>[^\"]*)\"")]
    private static partial Regex Label();
}
