using System.Globalization;
using System.Text.Json;
using NetTopologySuite.Geometries;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Files;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Files;

/// <summary>A region's file, asked through the provider, beside a look at every feature of it.</summary>
public sealed class RegionTests : IDisposable
{
    private const int Seed = 20_250_613;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a town", 43.738, 7.424, 0.02)]
    [InlineData("both sides of longitude 180", -16.8, 180, 0.4)]
    [InlineData("a pole", -89.9, 20, 0.09)]
    public async Task SearchAsync_RandomQuestions_EqualBruteForceOverTheFile(string region, double latitude, double longitude, double spread)
    {
        var random = new Random(Seed);
        var path = _folder.Write("region.geojson", GeoJsonFile.Collection(Scatter(random, latitude, longitude, spread, count: 1400)));
        var files = PlaceFiles.Load([path]);
        var provider = new EmbeddedProvider(() => files.Index);
        var places = BruteForce(path);
        Assert.InRange(places.Count, 400, 1000);

        for (var i = 0; i < 1000; i++)
        {
            var query = new PlacesQuery(
                latitude + (spread * Signed(random)), Wrap(longitude + (spread * Signed(random))),
                1 + (random.NextDouble() * spread * 60_000), random.Next(1, 21));
            var expected = places
                .Select(place => (place.Id, Meters: Sphere.Meters(query.Latitude, query.Longitude, place.Latitude, place.Longitude)))
                .Where(place => place.Meters <= query.RadiusMeters)
                .OrderBy(place => place.Meters)
                .Take(query.Bound)
                .Select(place => place.Id);

            using var answer = JsonDocument.Parse(await provider.SearchAsync(query, CancellationToken.None));
            var found = answer.RootElement.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("place_id").GetString()!);

            Assert.True(expected.SequenceEqual(found), $"{query} in {region} with seed {Seed}");
            Assert.Equal(found.Any() ? 1 : 0, answer.RootElement.GetProperty("html_attributions").GetArrayLength());
        }
    }

    /// <summary>Nodes, open and closed ways, and areas with and without a hole. A closed way comes as a line and as an area, as osmium writes it.</summary>
    private static IEnumerable<string> Scatter(Random random, double latitude, double longitude, double spread, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var (y, x) = (latitude + (spread * Signed(random)), longitude + (spread * Signed(random)));
            var properties = random.Next(2) == 0 ? $$"""{"name":"Place {{i}}","amenity":"bench"}""" : """{"amenity":"bench"}""";
            var size = spread / 100 * random.NextDouble();
            var ring = $"[{At(x, y)},{At(x + size, y)},{At(x + size, y + size)},{At(x - size, y + (2 * size))},{At(x, y)}]";
            var hole = $"[{At(x + (size * 0.7), y + (size * 0.2))},{At(x + (size * 0.8), y + (size * 0.2))},{At(x + (size * 0.8), y + (size * 0.3))},{At(x + (size * 0.7), y + (size * 0.2))}]";
            switch (random.Next(4))
            {
                case 0:
                    yield return Feature($"w{i}", "LineString", $"[{At(x, y)},{At(x + size, y)},{At(x + size, y - size)}]", properties);
                    break;
                case 1:
                    yield return Feature($"w{i}", "LineString", ring, properties);
                    yield return Feature($"a{2 * i}", "MultiPolygon", $"[[{ring}]]", properties);
                    break;
                case 2:
                    yield return Feature($"a{(2 * i) + 1}", "MultiPolygon", $"[[{ring},{hole}]]", properties);
                    break;
                default:
                    yield return Feature($"n{i}", "Point", At(Wrap(x), y), properties);
                    break;
            }
        }
    }

    private static string Feature(string id, string type, string coordinates, string properties) =>
        $$$"""{"type":"Feature","id":"{{{id}}}","geometry":{"type":"{{{type}}}","coordinates":{{{coordinates}}}},"properties":{{{properties}}}}""";

    private static string At(double longitude, double latitude) => string.Create(CultureInfo.InvariantCulture, $"[{longitude:f7},{latitude:f7}]");

    private static List<(string Id, double Latitude, double Longitude)> BruteForce(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var places = new Dictionary<string, (string Id, double Latitude, double Longitude)>();
        foreach (var feature in document.RootElement.GetProperty("features").EnumerateArray())
        {
            if (!feature.GetProperty("properties").TryGetProperty("name", out _))
                continue;
            var id = feature.GetProperty("id").GetString()!;
            var number = int.Parse(id[1..], CultureInfo.InvariantCulture);
            var kind = id[0] switch { 'n' => "node", 'w' => "way", _ => number % 2 == 0 ? "way" : "relation" };
            id = $"osm:{kind}/{(id[0] == 'a' ? number / 2 : number)}";

            // An area stands behind the line that it was made of, and replaces it.
            var point = PointOf(feature.GetProperty("geometry"));
            places[id] = (id, point.Y, Wrap(point.X));
        }
        return [.. places.Values];
    }

    private static Coordinate PointOf(JsonElement geometry)
    {
        var coordinates = geometry.GetProperty("coordinates");
        switch (geometry.GetProperty("type").GetString())
        {
            case "Point":
                return CoordinateOf(coordinates);
            case "LineString":
                return Rounded(new LineString(CoordinatesOf(coordinates)).InteriorPoint);
            default:
                var rings = coordinates[0].EnumerateArray().Select(ring => new LinearRing(CoordinatesOf(ring))).ToArray();
                return Rounded(new MultiPolygon([new Polygon(rings[0], rings[1..])]).InteriorPoint);
        }
    }

    private static Coordinate[] CoordinatesOf(JsonElement positions) => [.. positions.EnumerateArray().Select(CoordinateOf)];

    private static Coordinate CoordinateOf(JsonElement position) => new(position[0].GetDouble(), position[1].GetDouble());

    private static Coordinate Rounded(Point point) => new(Math.Round(point.X, 7), Math.Round(point.Y, 7));

    private static double Signed(Random random) => (2 * random.NextDouble()) - 1;

    private static double Wrap(double longitude) => longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
}
