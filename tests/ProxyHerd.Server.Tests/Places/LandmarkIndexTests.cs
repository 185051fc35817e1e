using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Places;

public sealed class LandmarkIndexTests
{
    private const int Seed = 20_250_611;

    [Theory]
    [InlineData("UCLA", 34.0689, -118.4452, 0.5)]
    [InlineData("the antimeridian", -16.8, 180, 0.5)]
    [InlineData("the antimeridian, far north", 71, -180, 1.5)]
    [InlineData("the north pole", 90, 0, 0.5)]
    [InlineData("the south pole", -90, 0, 0.5)]
    [InlineData("the origin", 0, 0, 0.5)]
    public void Search_RandomQueries_EqualsBruteForce(string around, double latitude, double longitude, double spread)
    {
        var random = new Random(Seed);
        var landmarks = Scatter(random, latitude, longitude, spread, count: 300);
        var index = new LandmarkIndex(landmarks);

        for (var i = 0; i < 300; i++)
        {
            var (queryLatitude, queryLongitude) = Near(random, latitude, longitude, spread);
            var query = new PlacesQuery(queryLatitude, queryLongitude, 50_000 * (1 - random.NextDouble()), random.Next(1, 21));

            Assert.True(
                Sphere.NearestNames(landmarks, query).SequenceEqual(Names(index, landmarks, query)),
                $"{query} around {around} with seed {Seed}");
        }
    }

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(37, 1_000_000)]
    [InlineData(-85, 5_000_000)]
    [InlineData(60, 20_100_000)]
    public void Search_RadiusOfAnySize_EqualsBruteForce(double latitude, double radiusMeters)
    {
        var random = new Random(Seed);
        var landmarks = Enumerable.Range(0, 500)
            .Select(i => At($"L{i}", 180 * (random.NextDouble() - 0.5), 360 * (random.NextDouble() - 0.5)))
            .ToList();
        var index = new LandmarkIndex(landmarks);

        foreach (var longitude in new[] { -180, -179.5, -90, 0, 90, 179.5, 180 })
        {
            var query = new PlacesQuery(latitude, longitude, radiusMeters, 20);

            Assert.Equal(Sphere.NearestNames(landmarks, query), Names(index, landmarks, query));
        }
    }

    [Theory]
    [InlineData(0, 179.999, 0, -179.999)]
    [InlineData(0, -179.999, 0, 179.999)]
    [InlineData(10, 180, 10, -180)]
    [InlineData(10, -180, 10, 180)]
    [InlineData(89.999, 0, 89.999, 180)]
    [InlineData(-89.999, -90, -89.999, 90)]
    [InlineData(90, 0, 90, 123)]
    [InlineData(-90, 180, -89.9999, -77)]
    public void Search_AcrossASeam_FindsTheNeighbour(double latitude, double longitude, double landmarkLatitude, double landmarkLongitude)
    {
        Landmark[] landmarks = [At("Here", landmarkLatitude, landmarkLongitude), At("Far", 45, 45)];

        Assert.Equal(["Here"], Names(new LandmarkIndex(landmarks), landmarks, new PlacesQuery(latitude, longitude, 300, 20)));
    }

    [Theory]
    [InlineData(1112.0, "Edge")]
    [InlineData(1111.9, null)]
    public void Search_LandmarkAtTheRadius_IsInAndNotBeyond(double radiusMeters, string? found)
    {
        // A hundredth of a degree of latitude is 1,111.95 m.
        Landmark[] landmarks = [At("Edge", 0.01, 0)];

        var names = Names(new LandmarkIndex(landmarks), landmarks, new PlacesQuery(0, 0, radiusMeters, 20));

        Assert.Equal(found is null ? [] : [found], names);
    }

    [Fact]
    public void Search_EquallyFar_KeepsTheOrderOfTheFile()
    {
        Landmark[] landmarks = [At("B", 1, 1), At("A", 1, 1), At("C", 1, 1)];

        Assert.Equal(["B", "A"], Names(new LandmarkIndex(landmarks), landmarks, new PlacesQuery(1, 1, 10, 2)));
    }

    [Fact]
    public void Search_NoLandmarks_FindsNone() =>
        Assert.True(new LandmarkIndex([]).Search(new PlacesQuery(0, 0, 50_000, 20)).Found.IsEmpty);

    private static List<Landmark> Scatter(Random random, double latitude, double longitude, double spread, int count) =>
        [.. Enumerable.Range(0, count).Select(i =>
        {
            var (landmarkLatitude, landmarkLongitude) = Near(random, latitude, longitude, spread);
            return At($"L{i}", landmarkLatitude, landmarkLongitude);
        })];

    /// <summary>
    /// A point near another one; near a pole, at any longitude. Latitudes beyond the pole are folded back, not clamped: many
    /// points at the pole itself would be equally far from everywhere, and their order a matter of rounding.
    /// </summary>
    private static (double Latitude, double Longitude) Near(Random random, double latitude, double longitude, double spread)
    {
        var nearLatitude = latitude + (spread * ((2 * random.NextDouble()) - 1));
        if (Math.Abs(nearLatitude) > 90)
            nearLatitude = Math.CopySign(180, nearLatitude) - nearLatitude;
        var width = Math.Abs(latitude) == 90 ? 180 : spread;
        var nearLongitude = longitude + (width * ((2 * random.NextDouble()) - 1));
        return (nearLatitude, nearLongitude > 180 ? nearLongitude - 360 : nearLongitude < -180 ? nearLongitude + 360 : nearLongitude);
    }

    private static Landmark At(string name, double latitude, double longitude) => new(name, latitude, longitude, "park", "X");

    private static string[] Names(LandmarkIndex index, IReadOnlyList<Landmark> landmarks, PlacesQuery query)
    {
        var names = new List<string>();
        foreach (var (_, landmark) in index.Search(query).Found)
            names.Add(landmarks[landmark.Order].Name);
        return [.. names];
    }
}
