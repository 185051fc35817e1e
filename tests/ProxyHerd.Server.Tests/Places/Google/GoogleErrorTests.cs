using System.Text;
using Microsoft.AspNetCore.Http;
using ProxyHerd.Server.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>Every way in which Google may fail, of both providers alike.</summary>
public sealed class GoogleErrorTests
{
    public static TheoryData<string> Providers => ["Google", "GoogleLegacy"];

    /// <summary>HTTP status, google.rpc.Code, reason; how often it is tried, and what it becomes.</summary>
    public static TheoryData<string, int, string, string, int, string> Errors
    {
        get
        {
            var rows = new TheoryData<string, int, string, string, int, string>();
            foreach (var provider in new[] { "Google", "GoogleLegacy" })
            {
                rows.Add(provider, 400, "INVALID_ARGUMENT", "", 1, "INVALID_REQUEST");
                rows.Add(provider, 400, "INVALID_ARGUMENT", "API_KEY_INVALID", 1, "REQUEST_DENIED");
                rows.Add(provider, 400, "FAILED_PRECONDITION", "SOMETHING_ELSE", 1, "INVALID_REQUEST");
                rows.Add(provider, 401, "UNAUTHENTICATED", "", 1, "REQUEST_DENIED");
                rows.Add(provider, 403, "PERMISSION_DENIED", "API_KEY_SERVICE_BLOCKED", 1, "REQUEST_DENIED");
                rows.Add(provider, 404, "NOT_FOUND", "", 1, "INVALID_REQUEST");
                rows.Add(provider, 408, "CANCELLED", "", 3, "UNKNOWN_ERROR");
                rows.Add(provider, 429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", 3, "OVER_QUERY_LIMIT");
                rows.Add(provider, 500, "INTERNAL", "", 3, "UNKNOWN_ERROR");
                rows.Add(provider, 503, "UNAVAILABLE", "", 3, "UNKNOWN_ERROR");
                rows.Add(provider, 504, "DEADLINE_EXCEEDED", "", 3, "UNKNOWN_ERROR");
                rows.Add(provider, 302, "", "", 1, "UNKNOWN_ERROR");
                rows.Add(provider, 304, "", "", 1, "UNKNOWN_ERROR");
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task SearchAsync_LastingError_IsMapped(string provider, int code, string status, string reason, int tries, string expected)
    {
        var details = reason.Length > 0 ? GoogleSamples.Reason(reason) : "";
        await using var google = await StubGoogle.StartAsync(
            code == 304 ? StubGoogle.Status(code) : StubGoogle.Json(GoogleSamples.Error(code, status, details), code));

        GoogleSetup.AssertFailure(expected, await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl));
        Assert.Equal(tries, google.Requests.Count);
    }

    /// <summary>Whatever stands in an error's body, its HTTP status says enough.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("[]")]
    [InlineData("""{"error":"bad"}""")]
    [InlineData("""{"error":{"details":7,"message":[]}}""")]
    [InlineData("""{"error":{"details":[7,{},{"@type":7},{"@type":"type.googleapis.com/google.rpc.ErrorInfo"}],"message":"\ud800"}}""")]
    public async Task SearchAsync_ErrorWithAnyBody_IsMappedByItsStatus(string body)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Json(body, 400));

        GoogleSetup.AssertFailure("INVALID_REQUEST", await GoogleSetup.SearchOnceAsync("Google", google.BaseUrl));
    }

    [Theory]
    [InlineData("Google", 500)]
    [InlineData("Google", 503)]
    [InlineData("Google", 408)]
    [InlineData("Google", 429)]
    [InlineData("GoogleLegacy", 500)]
    [InlineData("GoogleLegacy", 429)]
    public async Task SearchAsync_PassingFailure_IsTriedAgain(string provider, int code)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Status(code), StubGoogle.Good);

        Assert.Equal("OK A,é", GoogleSetup.Summary(await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl)));
        Assert.Equal(2, google.Requests.Count);
        Assert.Single(google.Requests.Select(request => request.Body).Distinct());
    }

    public static TheoryData<string, string> Cuts => new()
    {
        { "Google", nameof(StubGoogle.Cut) },
        { "Google", nameof(StubGoogle.CutInBody) },
        { "GoogleLegacy", nameof(StubGoogle.Cut) },
        { "GoogleLegacy", nameof(StubGoogle.CutInBody) },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task SearchAsync_ConnectionCut_IsTriedAgain(string provider, string cut)
    {
        RequestDelegate step = cut == nameof(StubGoogle.Cut) ? StubGoogle.Cut : StubGoogle.CutInBody;
        await using var google = await StubGoogle.StartAsync(step, step, StubGoogle.Good);
        Assert.Equal("OK A,é", GoogleSetup.Summary(await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl)));

        await using var broken = await StubGoogle.StartAsync(step);
        GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync(provider, broken.BaseUrl));
        Assert.Equal(3, broken.Requests.Count);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_HangingServer_FailsWithinTheBudget(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Hang);
        var limits = GoogleSetup.Quick with { TryTime = TimeSpan.FromHours(1), SearchTime = TimeSpan.FromMilliseconds(100) };

        GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl, limits));
    }

    /// <summary>Many tries, so that one which a busy machine makes slow does not fail the test.</summary>
    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_HangingTries_AreEachGivenUp(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.HangInBody, StubGoogle.Hang, StubGoogle.Good);
        var limits = GoogleSetup.Quick with { TriesMax = 10, TryTime = TimeSpan.FromMilliseconds(250), BreakerTriesMin = 100 };

        Assert.Equal("OK A,é", GoogleSetup.Summary(await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl, limits)));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_NobodyListens_FailsWithoutTheAddress(string provider)
    {
        var google = await StubGoogle.StartAsync(StubGoogle.Good);
        var baseUrl = google.BaseUrl;
        await google.DisposeAsync();

        GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync(provider, baseUrl));
    }

    [Theory]
    [InlineData("Google", true)]
    [InlineData("Google", false)]
    [InlineData("GoogleLegacy", true)]
    [InlineData("GoogleLegacy", false)]
    public async Task SearchAsync_TenMegabytes_FailAndAreNotTriedAgain(string provider, bool saysItsLength)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Long(saysItsLength));

        GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl));
        Assert.Single(google.Requests);
    }

    /// <summary>A byte decides.</summary>
    [Theory]
    [InlineData(0, "OK")]
    [InlineData(1, "UNKNOWN_ERROR")]
    public async Task SearchAsync_BodyAtTheLimit_IsReadAndNoByteMore(int more, string status)
    {
        const string Body = """{"results":[],"status":"OK"}""";
        await using var google = await StubGoogle.StartAsync(
            StubGoogle.Json(Body.PadRight(new GoogleLimits().BodyBytesMax + more)));

        Assert.Equal(status, GoogleSetup.Summary(await GoogleSetup.SearchOnceAsync("GoogleLegacy", google.BaseUrl)));
    }

    /// <summary>Indented, each number would stand behind 120 spaces, and each asker would have them all.</summary>
    [Fact]
    public async Task SearchAsync_BodyThatWouldBecomeHuge_Fails()
    {
        const int Depth = 60;
        var numbers = string.Join(',', Enumerable.Repeat('1', 200_000));
        var nested = new string('[', Depth) + numbers + new string(']', Depth);
        await using var google = await StubGoogle.StartAsync(StubGoogle.Json("{\"results\":[],\"status\":\"OK\",\"x\":" + nested + "}"));

        GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync("GoogleLegacy", google.BaseUrl));
        Assert.Single(google.Requests);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_Redirect_IsNotFollowed(string provider)
    {
        await using var other = await StubGoogle.StartAsync(StubGoogle.Good);
        foreach (var code in new[] { 301, 302, 307, 308 })
        {
            await using var google = await StubGoogle.StartAsync(StubGoogle.Status(code, ("Location", other.BaseUrl)));
            GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl));
        }

        Assert.Empty(other.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{\"results\":[")]
    [InlineData("{\"places\":[]} and more")]
    public async Task SearchAsync_BadJson_FailsAndIsNotTriedAgain(string body)
    {
        foreach (var provider in new[] { "Google", "GoogleLegacy" })
        {
            await using var google = await StubGoogle.StartAsync(StubGoogle.Json(body));

            GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl));
            Assert.Single(google.Requests);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_BytesThatAreNoUtf8_Fail(string provider)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes("{\"status\":\""), 0xff, .. Encoding.ASCII.GetBytes("\"}")];
        await using var google = await StubGoogle.StartAsync(context => context.Response.Body.WriteAsync(body).AsTask());

        GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync(provider, google.BaseUrl));
    }

    /// <summary>Whatever comes out of the HTTP client costs no client its line, and its text, which may name the URL, goes nowhere.</summary>
    [Fact]
    public async Task AskAsync_ExceptionThatNobodyExpects_IsAFailure()
    {
        foreach (var exception in new Exception[] { new NotSupportedException("key=1"), new UriFormatException("key=1"), new IOException("key=1") })
        {
            using var http = new HttpClient(new Throwing(exception));
            var client = new GoogleClient(http, new GooglePlacesApi(new GoogleOptions(), new ApiKey(GoogleSetup.Key)), GoogleSetup.Quick, TimeProvider.System);

            var reply = await client.AskAsync(client.Begin(GoogleSetup.Query));

            Assert.Equal("UNKNOWN_ERROR", reply.Status);
            Assert.Equal($"the places service could not be asked ({exception.GetType().Name})", reply.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_CancelledByTheCaller_Throws(string provider)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Hang);
        await using var setup = new GoogleSetup(provider, google.BaseUrl, GoogleSetup.Quick with { SearchTime = TimeSpan.FromSeconds(5) });
        using var cancelled = new CancellationTokenSource();
        var search = setup.Provider.SearchAsync(GoogleSetup.Query, cancelled.Token).AsTask();

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task SearchAsync_Failures_AreLoggedOnceAMinuteWithGooglesWords(string provider)
    {
        const string Text = "A search for places ended with REQUEST_DENIED: the places service answered with HTTP status 403: Something is wrong. ";
        const string Category = "ProxyHerd.Server.Places.Google.GoogleProvider";
        await using var google = await StubGoogle.StartAsync(StubGoogle.Json(GoogleSamples.Error(403, "PERMISSION_DENIED"), 403));
        await using var setup = new GoogleSetup(provider, google.BaseUrl);

        await setup.SearchAsync();
        await setup.SearchAsync();

        Assert.Equal([$"{Category} Warning {Text}", $"{Category} Debug {Text}"], setup.Log.Entries);
    }

    private sealed class Throwing(Exception exception) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw exception;
    }
}
