using System.Globalization;
using System.Net;
using ProxyHerd.Server.Tests.Tls;
using Xunit;

namespace ProxyHerd.Server.Tests.Telemetry;

public sealed class MetricsTests
{
    private const string HerdRequests =
        "http_server_request_duration_seconds_count http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/herd\",network_protocol_version=\"1.1\"";

    [Fact]
    public async Task Metrics_KnownDialogue_CountsIt()
    {
        await using var server = new ServerFactory();
        using var client = await LineClient.ConnectAsync(server.Lines);
        using var other = await LineClient.ConnectAsync(server.Lines);
        await other.SendAsync("foo\n");
        await other.ReceiveLineAsync();

        await client.SendAsync("""
            IAMAT kiwi +1+1 10
            IAMAT kiwi +1+1 10
            IAMAT kiwi +1+1 9

            IAMAT kiwi +1+1 9000000000
            WHATSAT kiwi 10 0
            WHATSAT nobody 10 1
            AT Parker +1.0 kiwi +1+1 11
            HERD MARK 1 1
            iamat kiwi +1+1 1
            kiwi
            end
            """ + "\n");
        while (await client.ReceiveLineAsync() != "? end")
        {
        }

        var metrics = await Metrics.GetAsync(server, ("proxyherd_lines_total verb=\"unknown\"", 4), ("proxyherd_connections", 2));
        Assert.Equal(4, metrics["proxyherd_lines_total verb=\"iamat\""]);
        Assert.Equal(2, metrics["proxyherd_lines_total verb=\"whatsat\""]);
        Assert.Equal(1, metrics["proxyherd_lines_total verb=\"at\""]);
        Assert.Equal(1, metrics["proxyherd_lines_total verb=\"herd\""]);
        Assert.Equal(1, metrics["proxyherd_lines_total verb=\"blank\""]);
        Assert.Equal(1, metrics["proxyherd_updates_accepted_total"]);
        Assert.Equal(2, metrics["proxyherd_updates_stale_total"]);
        Assert.Equal(1, metrics["proxyherd_updates_refused_total reason=\"ahead_of_clock\""]);
        Assert.Equal(1, metrics["proxyherd_updates_refused_total reason=\"stranger\""]);
        Assert.Equal(0, metrics["proxyherd_updates_refused_total reason=\"full\""]);
        Assert.Equal(0, metrics["proxyherd_updates_refused_total reason=\"malformed\""]);
        Assert.Equal(1, metrics["proxyherd_clients"]);
        Assert.Equal(0, metrics["proxyherd_link_up neighbour=\"Parker\""]);
        Assert.DoesNotContain("kiwi", metrics.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", metrics.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_NoLineYet_HasEveryCounterAtNought()
    {
        await using var server = new ServerFactory();

        using var response = await server.Http.GetAsync("/metrics");
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        var metrics = await Metrics.GetAsync(server, ("proxyherd_clients", 0), ("proxyherd_connections", 0), ("proxyherd_link_up neighbour=\"Parker\"", 0));
        foreach (var verb in new[] { "blank", "unknown", "iamat", "whatsat", "at", "herd" })
            Assert.Equal(0, metrics[$"proxyherd_lines_total verb=\"{verb}\""]);
    }

    /// <summary>Each link has a sample for each state: more than a metric has labels for by itself.</summary>
    [Fact]
    public async Task Metrics_ManyNeighbours_HasEveryLink()
    {
        const int ShippedNeighbours = 2;
        const int Neighbours = 60;
        var settings = new List<(string, string)>();
        for (var number = 0; number < Neighbours; number++)
        {
            settings.Add(($"Herd:Servers:Alford:Neighbours:{ShippedNeighbours + number}", $"N{number}"));
            settings.Add(($"Herd:Servers:N{number}:Port", "0"));
            settings.Add(($"Herd:Servers:N{number}:HttpPort", "0"));
            settings.Add(($"Herd:Servers:N{number}:Neighbours:0", "Alford"));
        }

        await using var factory = new ServerFactory([.. settings]);

        string[] states = ["down", "connecting", "catching-up", "live", "plain"];
        var samples = Enumerable.Range(0, Neighbours).SelectMany(number => states.Select(state =>
            ($"proxyherd_link_state neighbour=\"N{number}\",state=\"{state}\"", state == "down" ? 1.0 : 0.0)));
        await Metrics.GetAsync(factory, [.. samples]);
    }

    /// <summary>Whatever strangers ask for and how, a request has labels of its own.</summary>
    [Fact]
    public async Task Metrics_EveryMethodRouteAndVersion_HasEachRequest()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        authority.Write(folder, "Alford");
        await using var server = new ServerFactory(
        [
            ("Kestrel:Endpoints:Http:Url", "https://127.0.0.1:0"),
            ("Kestrel:Endpoints:Http:Certificate:Path", folder.PathOf("Alford.pem")),
            ("Kestrel:Endpoints:Http:Certificate:KeyPath", folder.PathOf("Alford.key")),
        ]);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = static (_, _, _, _) => true };
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{server.HttpPort}") };
        string[] methods = ["DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE", "FETCH", "GET"];
        Version[] versions = [HttpVersion.Version10, HttpVersion.Version20, HttpVersion.Version11];
        foreach (var version in versions)
        {
            foreach (var path in new[] { "/health/live", "/health/ready", "/metrics", "/nowhere", "/herd" })
            {
                foreach (var method in methods)
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                    (await client.SendAsync(request)).Dispose();
                }
            }
        }

        var metrics = await Eventually.GetAsync(
            "requests of each version among the metrics",
            () => client.GetStringAsync("/metrics"),
            text => Array.TrueForAll(["1.0", "1.1", "2"], version => text.Contains(
                $"""http_request_method="GET",http_response_status_code="200",http_route="/herd",network_protocol_version="{version}"{'}'} 1""",
                StringComparison.Ordinal)));
        Assert.DoesNotContain("otel_metric_overflow", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_StoreFull_CountsWhatIsRefused()
    {
        await using var server = new ServerFactory([("Limits:ClientsMax", "1")]);

        Assert.EndsWith("? IAMAT b +1+1 1\n", await LineClient.AskAsync(server.Lines, "IAMAT a +1+1 1\nIAMAT b +1+1 1\n"), StringComparison.Ordinal);

        await Metrics.GetAsync(server, ("proxyherd_updates_refused_total reason=\"full\"", 1), ("proxyherd_clients", 1));
    }

    [Fact]
    public async Task Metrics_ConnectionsEnd_AreNoLongerCounted()
    {
        await using var server = new ServerFactory();
        using (var client = await LineClient.ConnectAsync(server.Lines))
        {
            await client.SendAsync("foo\n");
            await client.ReceiveLineAsync();
            await Metrics.GetAsync(server, ("proxyherd_connections", 1));
            client.Reset();
        }

        await Metrics.GetAsync(server, ("proxyherd_connections", 0));
    }

    /// <summary>Two linked servers in one process: each counts its own lines, and each its own link.</summary>
    [Fact]
    public async Task Metrics_TwoServersInOneProcess_EachHasItsOwn()
    {
        var ports = FreePorts.Take(2);
        (string, string)[] settings =
        [
            ("Herd:Servers:Alford:Port", ports[0].ToString(CultureInfo.InvariantCulture)),
            ("Herd:Servers:Parker:Port", ports[1].ToString(CultureInfo.InvariantCulture)),
        ];
        await using var alford = new ServerFactory(settings);
        await using var parker = new ServerFactory(settings, name: "Parker");
        await Metrics.GetAsync(alford, ("proxyherd_link_up neighbour=\"Parker\"", 1));
        await Metrics.GetAsync(parker, ("proxyherd_link_up neighbour=\"Alford\"", 1));
        await alford.Http.GetStringAsync("/herd");

        await LineClient.AskAsync(alford.Lines, "IAMAT kiwi +1+1 10\nfoo\n");

        await Metrics.GetAsync(
            alford,
            ("proxyherd_lines_total verb=\"iamat\"", 1),
            ("proxyherd_lines_total verb=\"unknown\"", 1),
            ("proxyherd_lines_total verb=\"at\"", 0),
            ("proxyherd_updates_accepted_total", 1),
            ("proxyherd_clients", 1),
            (HerdRequests, 1));
        var others = await Metrics.GetAsync(
            parker,
            ("proxyherd_lines_total verb=\"iamat\"", 0),
            ("proxyherd_lines_total verb=\"unknown\"", 0),
            ("proxyherd_lines_total verb=\"at\"", 1),
            ("proxyherd_updates_accepted_total", 1),
            ("proxyherd_clients", 1));
        Assert.DoesNotContain("/herd", others.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("neighbour=\"Parker\"", others.Text, StringComparison.Ordinal);
        Assert.Contains("service_instance_id=\"Parker\"", others.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_JournalOnDisk_MeasuresItsCommitsAndSyncs()
    {
        using var folder = new TemporaryFolder();
        await using var server = new ServerFactory([("Journal:Durability", "Disk"), ("Journal:Path", folder.FullName)]);

        await LineClient.AskAsync(server.Lines, "IAMAT a +1+1 1\nIAMAT b +1+1 1\nIAMAT a +1+1 2\n");

        var metrics = await Metrics.GetAsync(
            server,
            ("proxyherd_journal_batch_updates_count", 1),
            ("proxyherd_journal_batch_updates_sum", 2),
            ("proxyherd_journal_sync_duration_seconds_count", 1),
            ("proxyherd_feed_sequence", 2),
            ("proxyherd_line_duration_seconds_count verb=\"iamat\"", 1));
        Assert.InRange(metrics["proxyherd_journal_written_bytes_total"], 100, 1_000);
        Assert.InRange(metrics["proxyherd_journal_memory_bytes"], 100, 1 << 20);
        Assert.Equal(1, metrics["proxyherd_journal_batch_updates_bucket le=\"4\""]);
        Assert.Equal(0, metrics["proxyherd_journal_batch_updates_bucket le=\"1\""]);
        Assert.Contains("proxyherd_line_duration_seconds_bucket{otel_scope_name=\"ProxyHerd\",verb=\"iamat\",le=\"5E-05\"}", metrics.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_EmbeddedPlaces_CountsItsAnswers()
    {
        await using var server = new ServerFactory();

        await LineClient.AskAsync(server.Lines, "IAMAT ucla +34.0689-118.4452 1\nIAMAT sea +1-140 1\nWHATSAT ucla 10 1\nWHATSAT sea 1 1\nWHATSAT sea 1 0\n");

        await Metrics.GetAsync(
            server,
            ("proxyherd_places_answers_total outcome=\"ok\",provider=\"Embedded\"", 1),
            ("proxyherd_places_answers_total outcome=\"zero_results\",provider=\"Embedded\"", 1));
    }
}
