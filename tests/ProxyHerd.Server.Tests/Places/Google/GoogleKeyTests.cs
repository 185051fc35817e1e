using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Server.Tests.Hosting;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>
/// The key goes to Google and nowhere else, whatever Google does: it is looked for in everything that a server writes, with every log
/// turned on, while searches succeed and fail in every way, and Google repeats the key wherever it can.
/// </summary>
public sealed class GoogleKeyTests : IDisposable
{
    /// <summary>Its letters change in a URL: neither form may be anywhere.</summary>
    private const string Key = "AIza+Se/cret&1234";
    private const string Escaped = "AIza%2BSe%2Fcret%261234";

    private const string Said = $"The key {Key} (https://maps.googleapis.com/?key={Escaped}) is wrong.";

    private static readonly string[] Forms = [Key, Escaped, "Se/cret", "Se%2Fcret", @"Se\/cret"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Providers => ["Google", "GoogleLegacy"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Server_InProcess_WritesItNowhere(string provider)
    {
        var activities = new ConcurrentQueue<string>();
        using var activityListener = Listen(activities);
        var events = new ConcurrentQueue<string>();
        using var diagnosticListener = DiagnosticListener.AllListeners.Subscribe(new Subscriber(events));
        RequestDelegate step = StubGoogle.Good;
        await using var google = await StubGoogle.StartAsync(context => step(context));
        var written = await DriveAsync(provider, google, next => step = next);

        Assert.Contains(google.Requests, request => request.Headers.Values.Append(request.Target).Any(text => Forms.Any(text.Contains)));
        Assert.Contains(written, text => text.Contains("it is not asked for 00:00:10", StringComparison.Ordinal));
        Assert.Contains(written, text => text.Contains(": The key (key) (https:", StringComparison.Ordinal));
        Assert.Contains(activities, activity => activity.StartsWith("ProxyHerd.Alford WHATSAT ", StringComparison.Ordinal));
        Assert.Contains(activities, activity => activity.Contains("http.response.status_code", StringComparison.Ordinal));
        AssertKeyless([.. written, .. activities, .. events, .. Files()]);
    }

    /// <summary>A real process, with its console and its files.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Server_AsAProcess_WritesItNowhere(string provider)
    {
        RequestDelegate step = StubGoogle.Good;
        await using var google = await StubGoogle.StartAsync(context => step(context));
        await using var process = ServerProcess.Start(_folder.FullName, ["Alford", .. ServerProcess.FreePorts, .. Arguments(provider, google.BaseUrl)]);
        var ports = (await process.ListenAsync())["Alford"];

        var replies = new StringBuilder();
        foreach (var next in Steps.Where(next => next != StubGoogle.Hang && next != StubGoogle.HangInBody))
        {
            step = next;
            replies.Append(await LineClient.AskAsync(ports.Lines, "IAMAT kiwi +34.068930-118.445127 1400794645\nWHATSAT kiwi 10 20\n"));
        }

        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports.Http}") };
        var http = await client.GetStringAsync("/herd") + await client.GetStringAsync("/metrics");
        process.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await process.ExitAsync());

        Assert.Contains("REQUEST_DENIED", process.Output, StringComparison.Ordinal);
        Assert.Contains("WHATSAT kiwi 10 20", _folder.ReadAll("logs", "*"), StringComparison.Ordinal);
        AssertKeyless([replies.ToString(), http, process.Output, process.Errors, .. Files()]);
    }

    /// <summary>Nor does a start that fails say it: over a key that is none, or over another key beside it.</summary>
    [Theory]
    [InlineData("--Places:Google:Key=two words " + Key)]
    [InlineData("--Places:Google:Key=" + Key, "--Places:Google:KeyFile=file")]
    [InlineData("--Places:Google:Key=" + Key, "--Places:Google:BaseUrl=https://example.com/?key=" + Key)]
    [InlineData("--Places:Google:Key=" + Key, "--Places:GoogleLegacy:BaseUrl=https://" + Escaped + "@example.com/")]
    public async Task Start_Fails_SaysItNowhere(params string[] arguments)
    {
        await using var process = ServerProcess.Start(
            _folder.FullName, ["Alford", .. ServerProcess.FreePorts, "--Places:Provider=Google", "--Logging:LogLevel:Default=Trace", .. arguments]);

        Assert.Equal(2, await process.ExitAsync());

        Assert.StartsWith("Places:Google", process.Errors, StringComparison.Ordinal);
        AssertKeyless([process.Output, process.Errors, .. Files()]);
    }

    /// <summary>A count of calls that cannot be kept stops the start: here the journal's folder is a file.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Start_CountOfCallsCannotBeKept_EndsWithFour(string provider)
    {
        var file = _folder.Write("file", "");
        await using var process = ServerProcess.Start(
            _folder.FullName,
            ["Alford", .. ServerProcess.FreePorts, .. Arguments(provider, "http://127.0.0.1:1"), "--Journal:Path=file", "--Journal:Durability=Memory"]);

        Assert.Equal(4, await process.ExitAsync());

        var path = Path.Combine(file, "Alford+calls");
        Assert.StartsWith($"Alford: the count of its calls to Google in '{path}' cannot be kept: ", Assert.Single(process.ErrorLines), StringComparison.Ordinal);
        AssertKeyless([process.Output, process.Errors, .. Files()]);
    }

    /// <summary>What Google may do, with the key in every place where it could repeat it.</summary>
    private static RequestDelegate[] Steps { get; } =
    [
        StubGoogle.Good,
        StubGoogle.Json($$"""{"places":[{"displayName":{"text":"{{Said}}"},"id":"{{Escaped}}"}],"results":[{"name":"{{Said}}"}],"status":"OK"}"""),
        StubGoogle.Json($$"""{"results":[],"status":"REQUEST_DENIED","error_message":"{{Said}}"}"""),
        StubGoogle.Json($$"""{"results":[],"status":"{{Key}}"}"""),
        StubGoogle.Json($$"""{"error":{"code":400,"message":"{{Said}}","details":[{{GoogleSamples.Reason("API_KEY_INVALID")}}] } }""", 400),
        StubGoogle.Json($$"""{"error":{"code":403,"message":"{{Said}}"} }""", 403),
        StubGoogle.Json($$"""{"error":{"code":429,"message":"{{Said}}","details":[{{GoogleSamples.RetryIn("3600s")}}] } }""", 429),
        StubGoogle.Status(429, ("Retry-After", "3600")),
        StubGoogle.Status(302, ("Location", $"http://127.0.0.1:1/?key={Escaped}")),
        StubGoogle.Json(Said),
        StubGoogle.Json("{"),
        StubGoogle.Long(saysItsLength: true),
        StubGoogle.Long(saysItsLength: false),
        StubGoogle.Cut,
        StubGoogle.CutInBody,
        StubGoogle.Hang,
        StubGoogle.HangInBody,
        StubGoogle.Json($$"""{"error":{"code":500,"message":"{{Said}}"} }""", 500),
    ];

    /// <summary>Runs a server through every step, and until its circuit is open.</summary>
    /// <returns>Replies, HTTP pages and logs.</returns>
    private async Task<string[]> DriveAsync(string provider, StubGoogle google, Action<RequestDelegate> set)
    {
        await using var server = new ServerFactory(
            [.. Settings(provider, google.BaseUrl), ("Journal:Path", _folder.FullName)],
            services => services.AddSingleton(GoogleSetup.Quick with
            {
                SearchTime = TimeSpan.FromSeconds(2),
                TryTime = TimeSpan.FromSeconds(1),
                BreakerTriesMin = 36,
                BreakerOpenTime = TimeSpan.FromSeconds(10),
            }));
        var replies = new StringBuilder();
        foreach (var step in Steps)
        {
            set(step);
            replies.Append(await LineClient.AskAsync(server.Lines, "IAMAT kiwi +34.068930-118.445127 1400794645\nWHATSAT kiwi 10 20\n"));
        }

        replies.Append(await Eventually.GetAsync(
            "an open circuit",
            () => LineClient.AskAsync(server.Lines, "WHATSAT kiwi 10 20\n"),
            reply => reply.Contains("is not asked for a while", StringComparison.Ordinal)));
        return [replies.ToString(), await server.Http.GetStringAsync("/herd"), await server.Http.GetStringAsync("/metrics"), .. server.Log.Entries];
    }

    private static (string Key, string Value)[] Settings(string provider, string baseUrl) =>
    [
        ("Places:Provider", provider),
        ("Places:Google:Key", Key),
        ("Places:Google:BaseUrl", baseUrl),
        ("Places:GoogleLegacy:BaseUrl", baseUrl),
        ("Places:WhatsatPerSecondMax", "0"),
        ("Logging:LogLevel:Default", "Trace"),
        ("Logging:LogLevel:System", "Trace"),
        ("Logging:LogLevel:System.Net.Http", "Trace"),
        ("Logging:LogLevel:Microsoft", "Trace"),
        ("Logging:LogLevel:ProxyHerd.Traffic", "Trace"),
    ];

    private static IEnumerable<string> Arguments(string provider, string baseUrl) =>
        Settings(provider, baseUrl).Select(setting => $"--{setting.Key}={setting.Value}");

    private static void AssertKeyless(IEnumerable<string> texts) =>
        Assert.DoesNotContain(texts, text => Forms.Any(form => text.Contains(form, StringComparison.OrdinalIgnoreCase)));

    private static ActivityListener Listen(ConcurrentQueue<string> activities)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => activities.Enqueue(
                $"{activity.Source.Name} {activity.DisplayName} {string.Join(' ', activity.TagObjects)} "
                + string.Join(' ', activity.Events.SelectMany(e => e.Tags.Select(tag => tag.ToString()).Append(e.Name)))),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>Every file below the test's folder, journal, count and logs, byte by byte.</summary>
    private string[] Files() => [.. Directory.EnumerateFiles(_folder.FullName, "*", SearchOption.AllDirectories).Select(Read)];

    private static string Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1);
        return reader.ReadToEnd();
    }

    /// <summary>Listens to every diagnostic source, as tracing agents do, and keeps what its events hold.</summary>
    private sealed class Subscriber(ConcurrentQueue<string> events) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == "HttpHandlerDiagnosticListener")
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value) => events.Enqueue($"{value.Key} {value.Value}");

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
