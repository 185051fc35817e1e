using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using ProxyHerd.Server.Telemetry;
using ProxyHerd.Server.Tests.Hosting;
using ProxyHerd.Server.Tests.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Telemetry;

/// <summary>What leaves for a collector that OpenTelemetry's own keys name.</summary>
public sealed class CollectorTests : IDisposable
{
    private const string Key = "AIza+Se/cret&1234";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Google", "POST")]
    [InlineData("GoogleLegacy", "GET")]
    public async Task Process_WithACollector_SendsItSpansAndMetricsWithoutKeyAndClient(string provider, string method)
    {
        await using var collector = await StubCollector.StartAsync();
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        await using var process = ServerProcess.Start(
            _folder.FullName,
            [.. collector.Keys, ("OTEL_TRACES_SAMPLER", "always_on"), ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")],
            [
                "Alford", .. ServerProcess.FreePorts, "--Journal:Durability=Memory", $"--Places:Provider={provider}", $"--Places:Google:Key={Key}",
                $"--Places:Google:BaseUrl={google.BaseUrl}", $"--Places:GoogleLegacy:BaseUrl={google.BaseUrl}", "--Places:CallsPerMonthMax=0",
            ]);
        var ports = (await process.ListenAsync())["Alford"];
        await LineClient.AskAsync(ports.Lines, "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645\nWHATSAT kiwi.cs.ucla.edu 10 2\n");
        process.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await process.ExitAsync());

        Assert.Equal(2, collector.Spans.Count);
        var search = collector.Spans.Single(span => span.Name == "WHATSAT");
        var call = collector.Spans.Single(span => span.Name == method);
        Assert.Equal(("proxyherd/Alford", "answered"), (search.Instance, search.Attributes["proxyherd.whatsat.outcome"]));
        Assert.Equal(search.Id, call.Parent);
        Assert.Equal((method, "127.0.0.1"), (call.Attributes["http.request.method"], call.Attributes["server.address"]));
        Assert.Contains("proxyherd.lines", collector.Metrics, StringComparison.Ordinal);
        Assert.Contains("dotnet.gc.collections", collector.Metrics, StringComparison.Ordinal);
        Assert.Contains("deployment.environment.name", collector.Metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", collector.Everything, StringComparison.Ordinal);
        Assert.DoesNotContain("kiwi", collector.Everything, StringComparison.Ordinal);
    }

    /// <summary>Two servers in one process, linked to each other: each tells of its own ends alone. Links are kept whatever the share.</summary>
    [Fact]
    public async Task Servers_OfOneProcess_EachSendsItsOwnLinkSessions()
    {
        await using var collector = await StubCollector.StartAsync();
        var ports = FreePorts.Take(2);
        var file = _folder.Write(
            "herd.json",
            $$"""
            {
              "Herd": {
                "Servers": {
                  "Alford": { "Port": {{ports[0]}}, "HttpPort": 0, "Neighbours": ["Parker"] },
                  "Parker": { "Port": {{ports[1]}}, "HttpPort": 0, "Neighbours": ["Alford"] }
                }
              },
              "Journal": { "Durability": "Memory" }
            }
            """);
        await using var process = ServerProcess.Start(_folder.FullName, [.. collector.Keys, ("OTEL_TRACES_SAMPLER_ARG", "0")], "--config", file);
        var servers = await process.ListenAsync();
        using var http = new HttpClient();
        foreach (var (server, neighbour) in new[] { ("Alford", "Parker"), ("Parker", "Alford") })
        {
            await Eventually.GetAsync(
                "a link",
                () => http.GetStringAsync(new Uri($"http://127.0.0.1:{servers[server].Http}/metrics")),
                text => text.Contains($"proxyherd_link_up{{otel_scope_name=\"ProxyHerd\",neighbour=\"{neighbour}\"}} 1", StringComparison.Ordinal));
        }

        await LineClient.AskAsync(servers["Alford"].Lines, "WHATSAT kiwi 10 2\n");
        process.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await process.ExitAsync());

        Assert.NotEmpty(collector.Spans);
        Assert.All(collector.Spans, span => Assert.Equal("link session", span.Name));
        Assert.Equal(
            ["proxyherd/Alford Parker", "proxyherd/Parker Alford"],
            collector.Spans.Select(span => $"{span.Instance} {span.Attributes["proxyherd.link.neighbour"]}").Distinct().Order(StringComparer.Ordinal));
        Assert.All(collector.Spans, span => Assert.NotEqual("", span.Attributes["proxyherd.link.end"]));
    }

    /// <summary>Where Prometheus has the metrics already, traces alone go to a collector; the URL is taken as it stands.</summary>
    [Fact]
    public async Task Process_WithACollectorOfTraces_SendsItThoseAlone()
    {
        await using var collector = await StubCollector.StartAsync();
        await using var process = ServerProcess.Start(
            _folder.FullName,
            [
                ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", $"{collector.Url}/v1/traces"),
                ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
                ("OTEL_TRACES_SAMPLER_ARG", "1"),
            ],
            ["Alford", .. ServerProcess.FreePorts, "--Journal:Durability=Memory"]);
        var ports = (await process.ListenAsync())["Alford"];
        await LineClient.AskAsync(ports.Lines, "WHATSAT kiwi.cs.ucla.edu 10 2\n");
        process.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await process.ExitAsync());

        Assert.Equal("WHATSAT", Assert.Single(collector.Spans).Name);
        Assert.Equal("", collector.Metrics);
    }

    /// <summary>Before services are disposed of, one after another, so that a limit can be set to it.</summary>
    [Fact]
    public async Task SendRest_OfAServerThatStillStands_SendsSpansAndMetrics()
    {
        await using var collector = await StubCollector.StartAsync();
        await using var server = new ServerFactory([.. collector.Keys, ("OTEL_TRACES_SAMPLER_ARG", "1")]);
        await LineClient.AskAsync(server.Lines, "WHATSAT kiwi.cs.ucla.edu 10 2\n");

        await TelemetryRegistration.SendRestAsync(server.Services);

        Assert.Equal("WHATSAT", Assert.Single(collector.Spans).Name);
        Assert.Contains("proxyherd.lines", collector.Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendRest_WithoutACollector_DoesNothing()
    {
        await using var server = new ServerFactory();

        await TelemetryRegistration.SendRestAsync(server.Services);

        Assert.Null(server.Services.GetService<TracerProvider>());
    }

    [Fact]
    public async Task Server_WithoutACollector_TracesNothing()
    {
        await using var server = new ServerFactory();

        Assert.Null(server.Services.GetService<TracerProvider>());
    }
}
