using System.Text.Json.Nodes;
using ProxyHerd.Herd.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>What is the Places API (New)'s own: its request, and how its places become those of the legacy API.</summary>
public sealed class GooglePlacesTests
{
    private const string Provider = "Google";

    [Fact]
    public async Task SearchAsync_Place_IsWrittenInTheLegacyShape() =>
        Assert.Equal(GoogleSamples.LegacyBistro, await AnswerAsync($$"""{"places":[{{GoogleSamples.Bistro}}]}"""));

    [Fact]
    public async Task SearchAsync_Question_IsAskedWithKeyAndMaskInHeaders()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);

        await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl, query: new PlacesQuery(34.06893, -118.445127, 12_500.5, 7));

        var request = Assert.Single(google.Requests);
        Assert.Equal("POST /v1/places:searchNearby", request.Target);
        Assert.Equal(GoogleSetup.Key, request.Headers["X-Goog-Api-Key"]);
        Assert.Equal(
            "places.id,places.displayName,places.location,places.viewport,places.types,places.businessStatus,places.shortFormattedAddress,"
            + "places.plusCode,places.iconMaskBaseUri,places.iconBackgroundColor,places.attributions",
            request.Headers["X-Goog-FieldMask"]);
        Assert.Equal("application/json", request.Headers["Content-Type"]);
        Assert.Equal(
            """{"maxResultCount":20,"rankPreference":"POPULARITY","locationRestriction":{"circle":{"center":"""
            + """{"latitude":34.06893,"longitude":-118.445127},"radius":12500.5}}}""",
            request.Body);
        Assert.False(request.Headers.ContainsKey("traceparent"));
    }

    [Fact]
    public async Task SearchAsync_OtherMaskRankAndPath_AreUsed()
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);

        await GoogleSetup.SearchOnceAsync(
            Provider,
            google.BaseUrl,
            settings:
            [
                ("Places:Google:FieldMask", "places.id,places.rating"),
                ("Places:Google:RankPreference", "DISTANCE"),
                ("Places:Google:BaseUrl", google.BaseUrl + "/proxy/"),
            ]);

        var request = Assert.Single(google.Requests);
        Assert.Equal("POST /proxy/v1/places:searchNearby", request.Target);
        Assert.Equal("places.id,places.rating", request.Headers["X-Goog-FieldMask"]);
        Assert.Equal("DISTANCE", (string?)JsonNode.Parse(request.Body)!["rankPreference"]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"places":[]}""")]
    public async Task SearchAsync_NoPlaces_AreZeroResults(string body) => Assert.Equal(
        """
        {
          "html_attributions": [],
          "results": [],
          "status": "ZERO_RESULTS"
        }
        """,
        await AnswerAsync(body));

    [Theory]
    [InlineData(1, "OK A")]
    [InlineData(2, "OK A,é")]
    [InlineData(20, "OK A,é,C")]
    public async Task SearchAsync_MorePlacesThanTheBound_AreCut(int bound, string expected)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Good);

        var answer = await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl, query: GoogleSetup.Query with { Bound = bound });

        Assert.Equal(expected, GoogleSetup.Summary(answer));
        Assert.Equal(20, (int?)JsonNode.Parse(google.Requests.Single().Body)!["maxResultCount"]);
    }

    [Theory]
    [InlineData("PRICE_LEVEL_FREE", 0)]
    [InlineData("PRICE_LEVEL_INEXPENSIVE", 1)]
    [InlineData("PRICE_LEVEL_MODERATE", 2)]
    [InlineData("PRICE_LEVEL_EXPENSIVE", 3)]
    [InlineData("PRICE_LEVEL_VERY_EXPENSIVE", 4)]
    [InlineData("PRICE_LEVEL_UNSPECIFIED", null)]
    [InlineData("CHEAP", null)]
    public async Task SearchAsync_PriceLevel_BecomesANumber(string level, int? expected) =>
        Assert.Equal(expected, (int?)(await ResultAsync($$"""{"priceLevel":"{{level}}"}"""))["price_level"]);

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("null", null)]
    public async Task SearchAsync_OpenNow_IsKept(string value, bool? expected) => Assert.Equal(
        expected, (bool?)(await ResultAsync($$"""{"currentOpeningHours":{"openNow":{{value}} } }"""))["opening_hours"]?["open_now"]);

    /// <summary>What is missing, or not of the kind that it should be, is left out; the rest stays.</summary>
    [Theory]
    [InlineData("{}", """{"scope":"GOOGLE"}""")]
    [InlineData(
        """{"id":7,"displayName":"A","location":[],"viewport":7,"types":"x","plusCode":null,"rating":"5","attributions":{},"priceLevel":3}""",
        """{"scope":"GOOGLE"}""")]
    [InlineData("""{"location":{"longitude":7.5}}""", """{"geometry":{"location":{"lat":0,"lng":7.5}},"scope":"GOOGLE"}""")]
    [InlineData("""{"viewport":{"low":{}}}""", """{"geometry":{"viewport":{"southwest":{"lat":0,"lng":0}}},"scope":"GOOGLE"}""")]
    [InlineData("""{"location":{"latitude":"NaN","longitude":7.5}}""", """{"scope":"GOOGLE"}""")]
    [InlineData("""{"types":["a",1,"b"]}""", """{"scope":"GOOGLE","types":["a","b"]}""")]
    public async Task SearchAsync_PartsMissingOrOfAnotherKind_AreLeftOut(string place, string expected) =>
        Assert.Equal(expected, (await ResultAsync(place)).ToJsonString());

    [Fact]
    public async Task SearchAsync_Attributions_AreDistinctAndThoseOfTheKeptPlaces()
    {
        const string One = """{"provider":"One","providerUri":"https://one.example"}""";
        const string NoLink = """{"provider":"<b>","providerUri":"javascript:alert(1)"}""";
        const string NameLess = """{"providerUri":"http://x.example/"}""";
        const string Cut = """{"provider":"Cut","providerUri":"https://cut.example"}""";

        var answer = JsonNode.Parse(await AnswerAsync(
            $$"""{"places":[{"attributions":[{{One}},{{NoLink}},{}]},{"attributions":[{{One}},{{NameLess}},7]},{"attributions":[{{Cut}}]}]}"""))!;

        Assert.Equal(
            ["<a href=\"https://one.example\">One</a>", "&lt;b&gt;", "<a href=\"http://x.example/\">http://x.example/</a>"],
            answer["html_attributions"]!.AsArray().Select(node => (string)node!));
    }

    [Theory]
    [InlineData("""{"places":7}""")]
    [InlineData("""{"error":{"code":500}}""")]
    [InlineData("""{"places":[7]}""")]
    [InlineData("""{"places":[{"id":"\ud800"}]}""")]
    [InlineData("""{"places":[{"attributions":[{"provider":"\ud800"}]}]}""")]
    public async Task SearchAsync_NoAnswerOfTheApi_IsAnUnknownError(string body) =>
        GoogleSetup.AssertFailure("UNKNOWN_ERROR", await AnswerAsync(body));

    private static async Task<string> AnswerAsync(string body)
    {
        await using var google = await StubGoogle.StartAsync(StubGoogle.Json(body));
        return await GoogleSetup.SearchOnceAsync(Provider, google.BaseUrl);
    }

    private static async Task<JsonObject> ResultAsync(string place) =>
        JsonNode.Parse(await AnswerAsync($$"""{"places":[{{place}}]}"""))!["results"]![0]!.AsObject();
}
