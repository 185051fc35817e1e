using System.Text.RegularExpressions;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>A label with a value of the clients' choosing makes a series for each, and fills this server's memory and the collector's.</summary>
[Collection(HostileTests.Name)]
public sealed partial class MetricTests
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private static readonly string[] HostileIds =
    [
        "metricid-plain", "metricid\"} 1", "metricid{verb=\"x\"}", "metricid\\n", "metricid\xff\xfe", "metricid-#", "metricid=metricid,",
    ];

    [Fact]
    public async Task Labels_AfterHostileIds_AreTheSame()
    {
        await using var victim = await Victim.StartAsync(new HerdPlan("Alford-Bolden"));
        using var client = await victim.ConnectAsync();
        await client.SendAsync("?", "AT a", "HERD", "", "WHATSAT none 1 0", "IAMAT known +1+1 1400794645");
        await client.ReceiveAsync("? ?");
        var before = await ScrapeAsync(victim);

        await victim.AttackAsync(async () =>
        {
            using var attacker = await victim.ConnectAsync();
            foreach (var id in HostileIds)
            {
                await attacker.AskAsync($"IAMAT {id} +1+1 1400794645");
                await attacker.WhatsatAsync(id);
                await attacker.AskAsync($"AT {id} +1 {id} +1+1 1400794645");
                await attacker.AskAsync($"{id} {id}");
                await attacker.AskAsync($"HERD BYE {id}");
                using var link = await victim.ConnectAsync();
                await link.AskAsync(Handshake.Hello("metricid", Victim.Name));
            }
        });

        var after = await ScrapeAsync(victim);
        Assert.DoesNotContain("metricid", after, StringComparison.Ordinal);
        Assert.Equal(Labels(before), Labels(after));
        await victim.EndAsync("is refused");
    }

    private static Task<string> ScrapeAsync(Victim victim) =>
        Http.GetStringAsync(new Uri($"http://127.0.0.1:{victim.Herd.HttpPortOf(Victim.Name)}/metrics"));

    /// <summary>Every pair of a label and its value in what a server measures itself.</summary>
    private static string[] Labels(string scraped) =>
        [.. Series().Matches(scraped).SelectMany(series => Label().Matches(series.Value)).Select(label => label.Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex("^proxyherd_.*$", RegexOptions.Multiline)]
    private static partial Regex Series();

    [GeneratedRegex("[a-z_]+=\"[^\"]*\"")]
    private static partial Regex Label();
}
