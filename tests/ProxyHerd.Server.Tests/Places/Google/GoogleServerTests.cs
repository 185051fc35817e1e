using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Server.Places.Google;
using ProxyHerd.Server.Tests.Telemetry;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>A whole server whose places come from Google, as clients see it.</summary>
public sealed class GoogleServerTests : IDisposable
{
    private const string Iamat = "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450\n";

    /// <summary>For what is never answered: so short that an answer might come too late.</summary>
    private static readonly GoogleLimits Hanging =
        GoogleSetup.Quick with { SearchTime = TimeSpan.FromSeconds(2), TryTime = TimeSpan.FromSeconds(1) };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Providers => ["Google", "GoogleLegacy"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Whatsat_GoogleIsThere_IsAnsweredWithItsPlaces(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        await using var server = Server(provider, google.BaseUrl);

        var lines = (await LineClient.AskAsync(server.Lines, $"{Iamat}WHATSAT kiwi.cs.ucla.edu 10 1\nfoo\n")).Split('\n');

        Assert.Equal(lines[0], lines[1]);
        Assert.Equal("OK A", GoogleSetup.Summary(string.Join('\n', lines[2..^3])));
        Assert.Equal(["", "? foo", ""], lines[^3..]);
        Assert.Single(google.Requests);
    }

    /// <summary>Whatever Google does, the AT line is there, and so is the connection.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Whatsat_GoogleFails_IsAnsweredWithTheLineAndAStatus(string provider)
    {
        foreach (var (step, status) in Failures)
        {
            await using var google = await StubGoogle.StartAsync(step);
            await using var server = Server(step == StubGoogle.Hang || step == StubGoogle.HangInBody ? Hanging : GoogleSetup.Quick, provider, google.BaseUrl);

            var lines = (await LineClient.AskAsync(server.Lines, $"{Iamat}WHATSAT kiwi.cs.ucla.edu 10 1\nfoo\n")).Split('\n');

            Assert.StartsWith("AT Alford ", lines[0], StringComparison.Ordinal);
            Assert.Equal(lines[0], lines[1]);
            GoogleSetup.AssertFailure(status, string.Join('\n', lines[2..^3]));
            Assert.Equal(["", "? foo", ""], lines[^3..]);
        }
    }

    /// <summary>Each address has its own: who comes from another is served.</summary>
    [Fact]
    public async Task Whatsat_OneAddressAsksTooOften_IsToldSo()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        await using var server = Server("Google", google.BaseUrl, ("Places:WhatsatPerSecondMax", "1"), ("Places:WhatsatBurstMax", "2"));
        using var greedy = await LineClient.ConnectAsync(server.Lines);
        using var other = await LineClient.ConnectAsync(server.Lines, from: "127.0.0.2");
        await greedy.SendAsync(Iamat);
        await greedy.ReceiveLineAsync();

        Assert.Equal("OK A", await AskAsync(greedy));
        await Eventually.GetAsync("a refusal", () => AskAsync(greedy), answer => answer == "OVER_QUERY_LIMIT");
        Assert.Equal("OK A", await AskAsync(other));

        // What asks nobody costs nothing.
        await greedy.SendAsync("WHATSAT kiwi.cs.ucla.edu 10 0\n");
        Assert.StartsWith("AT ", await greedy.ReceiveLineAsync(), StringComparison.Ordinal);
        await Metrics.GetAsync(server, ("proxyherd_places_refused_total provider=\"Google\"", 1));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Whatsat_CallsOfTheMonth_AreKeptThroughRestartsWithoutAJournal(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);
        foreach (var expected in new[] { "OK A", "OK A", "OVER_QUERY_LIMIT" })
        {
            await using var server = Server(provider, google.BaseUrl, ("Places:CallsPerMonthMax", "2"));
            using var client = await LineClient.ConnectAsync(server.Lines);
            await client.SendAsync(Iamat);
            await client.ReceiveLineAsync();
            Assert.Equal(expected, await AskAsync(client));
        }

        Assert.Equal(2, google.Requests.Count);
        Assert.Equal([_folder.PathOf("Alford+calls")], Directory.EnumerateFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public async Task Metrics_OfQuestions_TellWhatCameOfThem()
    {
        RequestDelegate step = StubGoogle.Good;
        await using var google = await StubGoogle.StartAsync(context => step(context));
        await using var server = Server("Google", google.BaseUrl, ("Places:CallsPerMonthMax", "8"));
        using var client = await LineClient.ConnectAsync(server.Lines);
        await client.SendAsync(Iamat);
        await client.ReceiveLineAsync();
        await Metrics.GetAsync(
            server,
            ("proxyherd_places_calls_total outcome=\"ok\",provider=\"Google\"", 0),
            ("proxyherd_places_calls_total outcome=\"no_reply\",provider=\"Google\"", 0),
            ("proxyherd_places_joined_total provider=\"Google\"", 0),
            ("proxyherd_places_circuit_open provider=\"Google\"", 0),
            ("proxyherd_places_budget_spent provider=\"Google\"", 0),
            ("proxyherd_places_budget_limit provider=\"Google\"", 8));

        Assert.Equal("OK A", await AskAsync(client));
        step = StubGoogle.Cut;
        Assert.Equal("UNKNOWN_ERROR", await AskAsync(client));
        step = StubGoogle.Status(403);
        Assert.Equal("REQUEST_DENIED", await AskAsync(client));

        await Metrics.GetAsync(
            server,
            ("proxyherd_places_calls_total outcome=\"ok\",provider=\"Google\"", 1),
            ("proxyherd_places_calls_total outcome=\"no_reply\",provider=\"Google\"", 3),
            ("proxyherd_places_calls_total outcome=\"request_denied\",provider=\"Google\"", 1),
            ("proxyherd_places_answers_total outcome=\"ok\",provider=\"Google\"", 1),
            ("proxyherd_places_answers_total outcome=\"unknown_error\",provider=\"Google\"", 1),
            ("proxyherd_places_answers_total outcome=\"request_denied\",provider=\"Google\"", 1),
            ("proxyherd_places_call_duration_seconds_count provider=\"Google\"", 5),
            ("proxyherd_places_calls_active provider=\"Google\"", 0),
            ("proxyherd_places_budget_spent provider=\"Google\"", 5));
    }

    private static IEnumerable<(RequestDelegate Step, string Status)> Failures =>
    [
        (StubGoogle.Status(400), "INVALID_REQUEST"),
        (StubGoogle.Json(GoogleSamples.Error(400, "INVALID_ARGUMENT", GoogleSamples.Reason("API_KEY_INVALID")), 400), "REQUEST_DENIED"),
        (StubGoogle.Status(403), "REQUEST_DENIED"),
        (StubGoogle.Status(429, ("Retry-After", "3600")), "OVER_QUERY_LIMIT"),
        (StubGoogle.Status(500), "UNKNOWN_ERROR"),
        (StubGoogle.Status(302, ("Location", "http://127.0.0.1:1/")), "UNKNOWN_ERROR"),
        (StubGoogle.Json("{"), "UNKNOWN_ERROR"),
        (StubGoogle.Cut, "UNKNOWN_ERROR"),
        (StubGoogle.CutInBody, "UNKNOWN_ERROR"),
        (StubGoogle.Hang, "UNKNOWN_ERROR"),
        (StubGoogle.HangInBody, "UNKNOWN_ERROR"),
        (StubGoogle.Long(saysItsLength: false), "UNKNOWN_ERROR"),
    ];

    private static async Task<string> AskAsync(LineClient client)
    {
        await client.SendAsync("WHATSAT kiwi.cs.ucla.edu 10 1\n");
        Assert.StartsWith("AT Alford ", await client.ReceiveLineAsync(), StringComparison.Ordinal);
        var json = new List<string>();
        while (await client.ReceiveLineAsync() is { Length: > 0 } line)
            json.Add(line);
        return GoogleSetup.Summary(string.Join('\n', json));
    }

    private ServerFactory Server(string provider, string baseUrl, params (string Key, string Value)[] settings) =>
        Server(GoogleSetup.Quick, provider, baseUrl, settings);

    private ServerFactory Server(GoogleLimits limits, string provider, string baseUrl, params (string Key, string Value)[] settings) => new(
        [
            ("Journal:Path", _folder.FullName),
            ("Places:Provider", provider),
            ("Places:Google:Key", GoogleSetup.Key),
            ("Places:Google:BaseUrl", baseUrl),
            ("Places:GoogleLegacy:BaseUrl", baseUrl),
            ("Places:WhatsatPerSecondMax", "0"),
            .. settings,
        ],
        services => services.AddSingleton(limits));
}
