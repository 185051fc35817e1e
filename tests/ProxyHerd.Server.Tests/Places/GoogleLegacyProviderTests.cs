using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

/// <summary>The client as a server registers it, against a real HTTP server.</summary>
public sealed class GoogleLegacyProviderTests
{
    private const string Key = "AIzaSecret-_1234";
    private const string Three =
        """{"next_page_token":"t","results":[{"name":"A"},{"name":"é"},{"name":"C"}],"status":"OK","html_attributions":["x"]}""";

    private static readonly PlacesQuery Query = new(34.06893, -118.445127, 10_000, 2);

    /// <summary>Short delays; time-outs that no test but the hanging ones comes near.</summary>
    private static readonly GoogleLegacyLimits Quick = new()
    {
        RetryDelay = TimeSpan.FromMilliseconds(1),
        TryTime = TimeSpan.FromSeconds(30),
        SearchTime = TimeSpan.FromSeconds(60),
    };

    [Fact]
    public async Task SearchAsync_GoodAnswer_PassesTheObjectOnWithResultsCut()
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Json(Three));

        Assert.Equal(
            """
            {
              "next_page_token": "t",
              "results": [
                {
                  "name": "A"
                },
                {
                  "name": "é"
                }
              ],
              "status": "OK",
              "html_attributions": [
                "x"
              ]
            }
            """,
            await SearchAsync(server));
    }

    [Theory]
    [InlineData(34.06893, -118.445127, 10_000, "34.06893,-118.445127&radius=10000")]
    [InlineData(-90, 180, 50_000, "-90,180&radius=50000")]
    [InlineData(0, 0, 0.5, "0,0&radius=0.5")]
    [InlineData(0.00001, -0.0000012, 0.00002, "0.00001,-0.0000012&radius=0.00002")]
    public async Task SearchAsync_AnyQuery_IsWrittenPlainly(double latitude, double longitude, double radius, string expected)
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Json(Three));

        await SearchAsync(server, query: new PlacesQuery(latitude, longitude, radius, 20));

        Assert.Equal([$"GET /maps/api/place/nearbysearch/json?location={expected}&key={Key}"], server.Requests);
    }

    [Fact]
    public async Task SearchAsync_BaseUrlWithPathAndKeyToEscape_AreBothKept()
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Json(Three));

        await SearchAsync(
            server, settings: [("Places:GoogleLegacy:BaseUrl", server.BaseUrl + "/proxy/"), ("Places:Google:Key", "a&b=c d")]);

        Assert.EndsWith("&key=a%26b%3Dc%20d", Assert.Single(server.Requests), StringComparison.Ordinal);
        Assert.StartsWith("GET /proxy/maps/api/place/nearbysearch/json?", server.Requests.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(408)]
    [InlineData(429)]
    public async Task SearchAsync_PassingFailure_IsTriedAgain(int code)
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Status(code), StubPlacesServer.Json(Three));

        Assert.Contains("\"status\": \"OK\"", await SearchAsync(server), StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task SearchAsync_ConnectionCut_IsTriedAgain()
    {
        RequestDelegate cut = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await using var server = await StubPlacesServer.StartAsync(cut, StubPlacesServer.Json(Three));

        Assert.Contains("\"status\": \"OK\"", await SearchAsync(server), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, 3, "UNKNOWN_ERROR")]
    [InlineData(408, 3, "UNKNOWN_ERROR")]
    [InlineData(429, 3, "OVER_QUERY_LIMIT")]
    [InlineData(400, 1, "INVALID_REQUEST")]
    [InlineData(401, 1, "REQUEST_DENIED")]
    [InlineData(403, 1, "REQUEST_DENIED")]
    [InlineData(404, 1, "INVALID_REQUEST")]
    [InlineData(304, 1, "UNKNOWN_ERROR")]
    public async Task SearchAsync_LastingFailure_IsMapped(int code, int tries, string status)
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Status(code));

        AssertFailure(status, await SearchAsync(server));
        Assert.Equal(tries, server.Requests.Count);
    }

    [Theory]
    [InlineData("0", 3)]
    [InlineData("Wed, 01 Jan 2025 00:00:00 GMT", 3)]
    [InlineData("3600", 1)]
    [InlineData("Fri, 31 Dec 9999 00:00:00 GMT", 1)]
    public async Task SearchAsync_RetryAfter_IsObeyedWhereItFits(string retryAfter, int tries)
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Status(429, ("Retry-After", retryAfter)));

        AssertFailure("OVER_QUERY_LIMIT", await SearchAsync(server));
        Assert.Equal(tries, server.Requests.Count);
    }

    [Fact]
    public async Task SearchAsync_HangingServer_FailsWithinTheBudget()
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Hang);
        var limits = Quick with { TryTime = TimeSpan.FromHours(1), SearchTime = TimeSpan.FromMilliseconds(100) };

        AssertFailure("UNKNOWN_ERROR", await SearchAsync(server, limits));
    }

    /// <summary>Many tries, so that one which a busy machine makes slow does not fail the test.</summary>
    [Fact]
    public async Task SearchAsync_HangingTries_AreEachGivenUp()
    {
        await using var server = await StubPlacesServer.StartAsync(
            StubPlacesServer.HangInBody, StubPlacesServer.Hang, StubPlacesServer.Json(Three));
        var limits = Quick with { TriesMax = 10, TryTime = TimeSpan.FromMilliseconds(250), BreakerTriesMin = 100 };

        Assert.Contains("\"status\": \"OK\"", await SearchAsync(server, limits), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchAsync_NobodyListens_FailsWithoutTheAddress()
    {
        var server = await StubPlacesServer.StartAsync(StubPlacesServer.Json(Three));
        var baseUrl = server.BaseUrl;
        await server.DisposeAsync();

        var answer = await SearchAsync(baseUrl, Quick, Query);

        AssertFailure("UNKNOWN_ERROR", answer);
        Assert.DoesNotContain("127.0.0.1", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchAsync_TriesThatKeepFailing_OpenTheCircuit()
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Status(500));
        var hour = TimeSpan.FromHours(1);
        await using var services = Services(
            server.BaseUrl, Quick with { BreakerTriesMin = 6, BreakerWindow = hour, BreakerOpenTime = hour });
        var provider = services.GetRequiredService<IPlacesProvider>();

        for (var i = 0; i < 4; i++)
            AssertFailure("UNKNOWN_ERROR", Text(await provider.SearchAsync(Query, CancellationToken.None)));

        Assert.Equal(6, server.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{\"results\":[")]
    [InlineData("{\"results\":[]} and more")]
    [InlineData("{\"results\":[{\"name\":\"\\ud800\"}]}")]
    public async Task SearchAsync_BadJson_Fails(string body)
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Json(body));

        AssertFailure("UNKNOWN_ERROR", await SearchAsync(server));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task SearchAsync_BytesThatAreNoUtf8_Fails()
    {
        byte[] body = [.. "{\"status\":\""u8, 0xff, .. "\"}"u8];
        await using var server = await StubPlacesServer.StartAsync(context => context.Response.Body.WriteAsync(body).AsTask());

        AssertFailure("UNKNOWN_ERROR", await SearchAsync(server));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SearchAsync_BodyOverTheLimit_FailsAndIsNotTriedAgain(bool saysItsLength)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"status\":\"{new string('x', 1024 * 1024)}\"}}");
        await using var server = await StubPlacesServer.StartAsync(async context =>
        {
            context.Response.ContentLength = saysItsLength ? body.Length : null;
            await context.Response.Body.WriteAsync(body);
        });

        AssertFailure("UNKNOWN_ERROR", await SearchAsync(server));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task SearchAsync_BodyJustWithinTheLimit_IsPassedOn()
    {
        const string Head = "{\"status\":\"";
        var body = Head + new string('x', (1024 * 1024) - Head.Length - 2) + "\"}";
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Json(body));

        Assert.Contains("xxx", await SearchAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SearchAsync_Redirect_IsNotFollowed()
    {
        await using var other = await StubPlacesServer.StartAsync(StubPlacesServer.Json(Three));
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Status(302, ("Location", other.BaseUrl)));

        AssertFailure("UNKNOWN_ERROR", await SearchAsync(server));
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task SearchAsync_CancelledByTheCaller_Throws()
    {
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Hang);
        await using var services = Services(server.BaseUrl, Quick);
        using var cancelled = new CancellationTokenSource();
        var search = services.GetRequiredService<IPlacesProvider>().SearchAsync(Query, cancelled.Token).AsTask();

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
    }

    [Fact]
    public async Task SearchAsync_Failure_IsLoggedOnce()
    {
        using var log = new RecordingLoggerProvider();
        await using var server = await StubPlacesServer.StartAsync(StubPlacesServer.Status(403));
        await using var services = Services(server.BaseUrl, Quick, log);

        await services.GetRequiredService<IPlacesProvider>().SearchAsync(Query, CancellationToken.None);

        Assert.Equal(
            [
                "ProxyHerd.Server.Places.GoogleLegacyProvider Warning "
                    + "A search for places ended with REQUEST_DENIED: the places service answered with HTTP status 403 ",
            ],
            log.Entries);
    }

    [Fact]
    public async Task SearchAsync_UpstreamRepeatsTheKey_TakesItOut()
    {
        await using var server = await StubPlacesServer.StartAsync(
            StubPlacesServer.Json($$"""{"results":[],"status":"REQUEST_DENIED","error_message":"The key {{Key}} has expired."}"""));

        var answer = JsonNode.Parse(await SearchAsync(server))!;

        Assert.Equal("REQUEST_DENIED", (string?)answer["status"]);
        Assert.Equal("The key (key) has expired.", (string?)answer["error_message"]);
    }

    private static Task<string> SearchAsync(
        StubPlacesServer server,
        GoogleLegacyLimits? limits = null,
        PlacesQuery? query = null,
        (string Key, string Value)[]? settings = null) =>
        SearchAsync(server.BaseUrl, limits ?? Quick, query ?? Query, settings ?? []);

    /// <summary>One search, of which neither the answer nor any log may hold the key.</summary>
    private static async Task<string> SearchAsync(
        string baseUrl, GoogleLegacyLimits limits, PlacesQuery query, params (string Key, string Value)[] settings)
    {
        using var log = new RecordingLoggerProvider();
        await using var services = Services(baseUrl, limits, log, settings);

        var answer = Text(await services.GetRequiredService<IPlacesProvider>().SearchAsync(query, CancellationToken.None));

        Assert.DoesNotContain(Key, answer, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Entries, entry => entry.Contains(Key, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Entries, entry => entry.Contains("key=", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(log.Entries, entry => entry.Contains("System.Net.Http", StringComparison.Ordinal));
        return answer;
    }

    private static ServiceProvider Services(
        string baseUrl, GoogleLegacyLimits limits, ILoggerProvider? log = null, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Places:Provider"] = "GoogleLegacy",
                ["Places:Google:Key"] = Key,
                ["Places:GoogleLegacy:BaseUrl"] = baseUrl,
            })
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
            .Build();
        var services = new ServiceCollection().AddSingleton(limits).AddPlaces(configuration);
        services.AddLogging(logging =>
        {
            logging.SetMinimumLevel(LogLevel.Trace);
            if (log is not null)
                logging.AddProvider(log);
        });
        return services.BuildServiceProvider();
    }

    private static string Text(ReadOnlyMemory<byte> answer) => Encoding.UTF8.GetString(answer.Span);

    private static void AssertFailure(string status, string answer)
    {
        var json = JsonNode.Parse(answer)!.AsObject();
        Assert.Equal(["html_attributions", "results", "status", "error_message"], json.Select(p => p.Key));
        Assert.Empty(json["results"]!.AsArray());
        Assert.Equal(status, (string?)json["status"]);
        Assert.InRange(((string)json["error_message"]!).Length, 1, 100);
        Assert.DoesNotContain("http:", answer, StringComparison.Ordinal);
    }
}
