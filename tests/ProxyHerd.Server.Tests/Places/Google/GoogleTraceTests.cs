using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Herd.Tracing;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>The activity of a WHATSAT and the calls below it.</summary>
public sealed class GoogleTraceTests
{
    /// <summary>Other tests' servers have the same name: this test's searches are told by their radius, which no other asks for.</summary>
    private const string Radius = "12.345";

    public static TheoryData<string, string> Providers => new() { { "Google", "POST" }, { "GoogleLegacy", "GET" } };

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Whatsat_CallFailsAndThenSucceeds_HasBothBelowIt(string provider, string method)
    {
        using var recorder = new Recorder();
        await using var google = await StubGoogle.StartAsync(StubGoogle.Status(503), StubGoogle.Good);
        await AskAsync(provider, google, $"WHATSAT kiwi {Radius} 2\n");

        var search = recorder.Searches.Single();
        Assert.Equal((ActivityKind.Server, ActivityStatusCode.Unset), (search.Kind, search.Status));
        Assert.Equal($"{provider} ok answered", $"{search.GetTagItem("proxyherd.places.provider")} {search.GetTagItem("proxyherd.places.outcome")} {search.GetTagItem("proxyherd.whatsat.outcome")}");
        var port = new Uri(google.BaseUrl).Port;
        Assert.Equal(
            [
                $"Client {method} http.request.method={method} server.address=127.0.0.1 server.port={port} http.response.status_code=503 proxyherd.places.outcome=unknown_error; Error",
                $"Client {method} http.request.method={method} server.address=127.0.0.1 server.port={port} http.response.status_code=200 proxyherd.places.outcome=ok; Unset",
            ],
            recorder.CallsBelow(search));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Whatsat_NobodyAnswers_IsAnErrorAndSoAreItsCalls(string provider, string method)
    {
        using var recorder = new Recorder();
        await using var google = await StubGoogle.StartAsync(StubGoogle.Cut);
        await AskAsync(provider, google, $"WHATSAT kiwi {Radius} 2\n");

        var search = recorder.Searches.Single();
        Assert.Equal(ActivityStatusCode.Error, search.Status);
        Assert.Equal(3, recorder.CallsBelow(search).Count);
        Assert.All(recorder.CallsBelow(search), call => Assert.EndsWith("outcome=no_reply; Error", call, StringComparison.Ordinal));
        Assert.All(recorder.CallsBelow(search), call => Assert.StartsWith($"Client {method} ", call, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatsat_SharesAnothersCall_SaysSoAndHasNoneBelowIt()
    {
        using var recorder = new Recorder();
        var gate = new TaskCompletionSource();
        await using var google = await StubGoogle.StartAsync(StubGoogle.Gated(gate.Task));
        await using var server = Server("Google", google);
        await LineClient.AskAsync(server.Lines, "IAMAT kiwi +34.068930-118.445127 1400794645\n");
        var first = LineClient.AskAsync(server.Lines, $"WHATSAT kiwi {Radius} 2\n");
        await Eventually.BeAsync("a call", () => google.Requests.Count == 1);
        var second = LineClient.AskAsync(server.Lines, $"WHATSAT kiwi {Radius} 1\n");
        await Telemetry.Metrics.GetAsync(server, ("proxyherd_places_joined_total provider=\"Google\"", 1));
        gate.SetResult();
        await Task.WhenAll(first, second);

        await Eventually.BeAsync("both ends", () => recorder.Searches.Count == 2);
        var joined = recorder.Searches.Single(search => search.GetTagItem("proxyherd.places.joined") is true);
        Assert.Empty(recorder.CallsBelow(joined));
        Assert.Single(recorder.CallsBelow(recorder.Searches.Single(search => search != joined)));
    }

    private static async Task AskAsync(string provider, StubGoogle google, string whatsat)
    {
        await using var server = Server(provider, google);
        var reply = await LineClient.AskAsync(server.Lines, "IAMAT kiwi +34.068930-118.445127 1400794645\n" + whatsat);
        Assert.StartsWith("AT Alford ", reply, StringComparison.Ordinal);
    }

    private static ServerFactory Server(string provider, StubGoogle google) => new(
        [
            ("Places:Provider", provider),
            ("Places:Google:Key", GoogleSetup.Key),
            ("Places:Google:BaseUrl", google.BaseUrl),
            ("Places:GoogleLegacy:BaseUrl", google.BaseUrl),
            ("Places:CallsPerMonthMax", "0"),
        ],
        services => services.AddSingleton(GoogleSetup.Quick));

    private sealed class Recorder : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Recorder()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == HerdActivities.SourceNameOf("Alford"),
                Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public List<Activity> Searches => [.. _ended.Where(activity => activity.GetTagItem("proxyherd.whatsat.radius_m") is 12_345.0)];

        public List<string> CallsBelow(Activity search) =>
        [
            .. from activity in _ended
               where activity.ParentSpanId == search.SpanId
               orderby activity.StartTimeUtc
               select $"{activity.Kind} {activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}; {activity.Status}",
        ];

        public void Dispose() => _listener.Dispose();
    }
}
