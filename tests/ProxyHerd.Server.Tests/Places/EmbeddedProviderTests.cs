using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Search;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

public sealed class EmbeddedProviderTests
{
    private static readonly PlacesQuery Ucla = new(34.0689, -118.4452, 10_000, 5);

    private readonly EmbeddedProvider _provider = new(() => Landmarks.Embedded);

    [Fact]
    public async Task SearchAsync_OneLandmark_HasTheLegacyShape()
    {
        var index = new PlaceIndex(Landmarks.StoreOf([new("Café \"Ōhau\" & Co", 34.07, -118.5, "cafe", "1 Straße")]));
        var provider = new EmbeddedProvider(() => index);

        Assert.Equal(
            """
            {
              "html_attributions": [],
              "results": [
                {
                  "geometry": {
                    "location": {
                      "lat": 34.07,
                      "lng": -118.5
                    }
                  },
                  "name": "Café \"Ōhau\" & Co",
                  "place_id": "landmark:café-ōhau-co",
                  "reference": "landmark:café-ōhau-co",
                  "scope": "EMBEDDED",
                  "types": [
                    "cafe",
                    "point_of_interest",
                    "establishment"
                  ],
                  "vicinity": "1 Straße"
                }
              ],
              "status": "OK"
            }
            """,
            await SearchAsync(provider, Ucla with { RadiusMeters = 50_000 }));
    }

    [Fact]
    public async Task SearchAsync_NothingNear_IsZeroResults() =>
        Assert.Equal(
            """
            {
              "html_attributions": [],
              "results": [],
              "status": "ZERO_RESULTS"
            }
            """,
            await SearchAsync(_provider, new PlacesQuery(-48.8767, -123.3933, 50_000, 20)));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task SearchAsync_MoreThanTheBound_CutsToIt(int bound)
    {
        var answer = JsonNode.Parse(await SearchAsync(_provider, Ucla with { Bound = bound }))!;

        Assert.Equal(bound, answer["results"]!.AsArray().Count);
        Assert.Equal("OK", (string?)answer["status"]);
    }

    [Fact]
    public async Task SearchAsync_ManyResults_AreNearestFirst()
    {
        var answer = JsonNode.Parse(await SearchAsync(_provider, Ucla with { Bound = 20 }))!;
        var distances = answer["results"]!.AsArray()
            .Select(r => r!["geometry"]!["location"]!)
            .Select(l => Sphere.Meters(Ucla.Latitude, Ucla.Longitude, (double)l["lat"]!, (double)l["lng"]!))
            .ToList();

        Assert.Equal(distances.Order(), distances);
    }

    /// <summary>The joined pieces must look as if one writer had written them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    public async Task SearchAsync_AnyResults_IsIndentedThroughout(int bound)
    {
        var answer = await SearchAsync(_provider, Ucla with { Bound = bound });
        var options = new JsonSerializerOptions
        {
            WriteIndented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

        Assert.Equal(JsonNode.Parse(answer)!.ToJsonString(options), answer);
    }

    [Fact]
    public void SearchAsync_Always_CompletesAtOnce() =>
        Assert.True(_provider.SearchAsync(Ucla, CancellationToken.None).AsTask().IsCompletedSuccessfully);

    /// <summary>Else the collector stops all threads again and again while somebody asks as fast as he can.</summary>
    [Fact]
    public void SearchAsync_ManyTimes_LeavesTheCollectorLittle()
    {
        const int Searches = 1000;
        var bytes = 0L;
        for (var i = 0; i < Searches; i++)
            Search();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Searches; i++)
            bytes += Search();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bytes / 3);

        int Search()
        {
            var answer = _provider.SearchAsync(Ucla with { RadiusMeters = 50_000, Bound = 20 }, CancellationToken.None);
            Assert.True(answer.IsCompletedSuccessfully);
            return answer.Result.Length;
        }
    }

    private static async Task<string> SearchAsync(EmbeddedProvider provider, PlacesQuery query) =>
        Encoding.UTF8.GetString((await provider.SearchAsync(query, CancellationToken.None)).Span);
}
