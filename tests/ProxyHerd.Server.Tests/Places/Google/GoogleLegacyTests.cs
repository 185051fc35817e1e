using System.Text.Json.Nodes;
using ProxyHerd.Herd.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>What is the legacy API's own: its request, and an answer that tells of failures with HTTP status 200.</summary>
public sealed class GoogleLegacyTests
{
    private const string Provider = "GoogleLegacy";

    [Fact]
    public async Task SearchAsync_GoodAnswer_PassesTheObjectOnWithResultsCut()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);

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
            await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl));
    }

    [Theory]
    [InlineData(34.06893, -118.445127, 10_000, "34.06893,-118.445127&radius=10000")]
    [InlineData(-90, 180, 50_000, "-90,180&radius=50000")]
    [InlineData(0, 0, 0.5, "0,0&radius=0.5")]
    [InlineData(0.00001, -0.0000012, 0.00002, "0.00001,-0.0000012&radius=0.00002")]
    public async Task SearchAsync_AnyQuery_IsWrittenPlainly(double latitude, double longitude, double radius, string expected)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);

        await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl, query: new PlacesQuery(latitude, longitude, radius, 20));

        Assert.Equal([$"GET /maps/api/place/nearbysearch/json?location={expected}&key={GoogleSetup.Key}"], google.Targets);
    }

    [Fact]
    public async Task SearchAsync_BaseUrlWithPathAndKeyToEscape_AreBothKept()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);

        await GoogleSetup.SearchOnceAsync(
            Provider,
            google.BaseUrl,
            settings: [("Places:GoogleLegacy:BaseUrl", google.BaseUrl + "/proxy/"), ("Places:Google:Key", "a&b=c+d-e")]);

        Assert.EndsWith("&key=a%26b%3Dc%2Bd-e", Assert.Single(google.Targets), StringComparison.Ordinal);
        Assert.StartsWith("GET /proxy/maps/api/place/nearbysearch/json?", google.Targets.Single(), StringComparison.Ordinal);
    }

    /// <summary>The status in the body decides about another try: of these, all that is left, one, and none.</summary>
    [Theory]
    [InlineData("UNKNOWN_ERROR", 3)]
    [InlineData("OVER_QUERY_LIMIT", 2)]
    [InlineData("REQUEST_DENIED", 1)]
    [InlineData("INVALID_REQUEST", 1)]
    [InlineData("ZERO_RESULTS", 1)]
    [InlineData("SOMETHING_NEW", 1)]
    public async Task SearchAsync_StatusInTheBody_DecidesAboutAnotherTryAndPassesThrough(string status, int tries)
    {
        await using var google = await StubGoogle.StartAsync(
            StubGoogle.Json($$"""{"html_attributions":[],"results":[],"status":"{{status}}","info_messages":["i"]}"""));

        var answer = JsonNode.Parse(await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl))!.AsObject();

        Assert.Equal(["html_attributions", "results", "status", "info_messages"], answer.Select(property => property.Key));
        Assert.Equal(status, (string?)answer["status"]);
        Assert.Equal(tries, google.Requests.Count);
    }

    [Theory]
    [InlineData("UNKNOWN_ERROR")]
    [InlineData("OVER_QUERY_LIMIT")]
    public async Task SearchAsync_PassingStatusInTheBody_ThenGood_IsGood(string status)
    {
        await using var google = await StubGoogle.StartAsync(
            StubGoogle.Json($$"""{"results":[],"status":"{{status}}"}"""), StubGoogle.Good);

        Assert.Equal("OK A,é", GoogleSetup.Summary(await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl)));
    }

    [Fact]
    public async Task SearchAsync_LimitAfterAnError_IsStillTriedOnceMore()
    {
        await using var google = await StubGoogle.StartAsync(
            StubGoogle.Json("""{"results":[],"status":"UNKNOWN_ERROR"}"""),
            StubGoogle.Json("""{"results":[],"status":"OVER_QUERY_LIMIT"}"""),
            StubGoogle.Good);

        Assert.Equal("OK A,é", GoogleSetup.Summary(await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl)));
    }

    /// <summary>Errors with HTTP status 200 open the circuit as any other.</summary>
    [Fact]
    public async Task SearchAsync_UnknownErrorsInBodies_OpenTheCircuit()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Json("""{"results":[],"status":"UNKNOWN_ERROR"}"""));
        await using var setup = new GoogleSetup(Provider, google.BaseUrl, GoogleSetup.Quick with { BreakerTriesMin = 6 });

        for (var i = 0; i < 4; i++)
            await setup.SearchAsync();

        Assert.Equal(6, google.Requests.Count);
        Assert.True(setup.Policies.IsCircuitOpen);
    }

    [Fact]
    public async Task SearchAsync_AnswerRepeatsTheKey_TakesItOut()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Json(
            $$"""{"results":[{"name":"{{GoogleSetup.Key}}!"}],"status":"REQUEST_DENIED","error_message":"The key {{GoogleSetup.Key}} has expired."}"""));

        var answer = JsonNode.Parse(await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl))!;

        Assert.Equal("REQUEST_DENIED", (string?)answer["status"]);
        Assert.Equal("The key (key) has expired.", (string?)answer["error_message"]);
        Assert.Equal("(key)!", (string?)answer["results"]![0]!["name"]);
    }

    [Fact]
    public async Task SearchAsync_Denied_IsLoggedWithGooglesOwnWords()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Json(
            $$"""{"results":[],"status":"REQUEST_DENIED","error_message":"This {{GoogleSetup.Key}}\nis not authorized."}"""));
        await using var setup = new GoogleSetup(Provider, google.BaseUrl);

        await setup.SearchAsync();

        Assert.Equal(
            [
                "ProxyHerd.Server.Places.Google.GoogleProvider Warning "
                    + "A search for places ended with REQUEST_DENIED: This (key) is not authorized. ",
            ],
            setup.Log.Entries);
    }

    [Theory]
    [InlineData("""{"results":[]}""")]
    [InlineData("""{"results":[],"status":7}""")]
    [InlineData("""{"results":[{"name":"\ud800"}],"status":"OK"}""")]
    [InlineData("""{"results":[],"status":"\ud800"}""")]
    public async Task SearchAsync_NoAnswerOfTheApi_IsAnUnknownError(string body)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Json(body));

        GoogleSetup.AssertFailure("UNKNOWN_ERROR", await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl));
        Assert.Single(google.Requests);
    }
}
