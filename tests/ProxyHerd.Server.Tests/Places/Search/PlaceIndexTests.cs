using System.Text;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Search;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Search;

public sealed class PlaceIndexTests
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
        var index = new PlaceIndex(Landmarks.StoreOf(landmarks));

        for (var i = 0; i < 300; i++)
        {
            var (queryLatitude, queryLongitude) = Near(random, latitude, longitude, spread);
            var query = new PlacesQuery(queryLatitude, queryLongitude, 50_000 * (1 - random.NextDouble()), random.Next(1, 21));

            Assert.True(
                Sphere.NearestNames(landmarks, query).SequenceEqual(Names(index, query)),
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
        var index = new PlaceIndex(Landmarks.StoreOf(landmarks));

        foreach (var longitude in new[] { -180, -179.5, -90, 0, 90, 179.5, 180 })
        {
            var query = new PlacesQuery(latitude, longitude, radiusMeters, 20);

            Assert.Equal(Sphere.NearestNames(landmarks, query), Names(index, query));
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

        Assert.Equal(["Here"], Names(new PlaceIndex(Landmarks.StoreOf(landmarks)), new PlacesQuery(latitude, longitude, 300, 20)));
    }

    [Theory]
    [InlineData(1112.0, "Edge")]
    [InlineData(1111.9, null)]
    public void Search_LandmarkAtTheRadius_IsInAndNotBeyond(double radiusMeters, string? found)
    {
        // A hundredth of a degree of latitude is 1,111.95 m.
        Landmark[] landmarks = [At("Edge", 0.01, 0)];

        var names = Names(new PlaceIndex(Landmarks.StoreOf(landmarks)), new PlacesQuery(0, 0, radiusMeters, 20));

        Assert.Equal(found is null ? [] : [found], names);
    }

    [Fact]
    public void Search_EquallyFar_KeepsTheOrderOfTheFile()
    {
        Landmark[] landmarks = [At("B", 1, 1), At("A", 1, 1), At("C", 1, 1)];

        Assert.Equal(["B", "A"], Names(new PlaceIndex(Landmarks.StoreOf(landmarks)), new PlacesQuery(1, 1, 10, 2)));
    }

    [Fact]
    public void Search_NoLandmarks_FindsNone() =>
        Assert.True(new PlaceIndex().Search(new PlacesQuery(0, 0, 50_000, 20)).Found.IsEmpty);

    [Fact]
    public void Search_ManyAtOneSpot_FindsTheFirstOfThem()
    {
        var landmarks = Enumerable.Range(0, 1000).Select(i => At($"L{i}", i % 10 == 0 ? 1.001 : 1, 1)).ToList();

        var names = Names(new PlaceIndex(Landmarks.StoreOf(landmarks)), new PlacesQuery(1, 1, 1000, 4));

        Assert.Equal(["L1", "L2", "L3", "L4"], names);
    }

    /// <summary>A grid has many equal distances and equal coordinates, in which the tree's halves must not lose a place.</summary>
    [Fact]
    public void Search_Grid_EqualsBruteForceUpToEqualDistances()
    {
        var landmarks = (from i in Enumerable.Range(-20, 41)
                         from j in Enumerable.Range(-20, 41)
                         select At($"L{i + 20}:{j + 20}", i / 100.0, j / 100.0)).ToList();
        var index = new PlaceIndex(Landmarks.StoreOf(landmarks));

        foreach (var center in landmarks)
        {
            var query = new PlacesQuery(center.Latitude, center.Longitude, 3000, 20);
            var found = Names(index, query);

            Assert.Equal(center.Name, found[0]);
            Assert.Equal(Sphere.NearestNames(landmarks, query).Length, found.Length);
        }
    }

    [Fact]
    public void Search_SeveralStoresSomeEmpty_FindsThePlacesOfAll()
    {
        var random = new Random(Seed);
        var landmarks = Scatter(random, 48, 11, 0.5, count: 90);
        PlaceStore[] stores =
        [
            Landmarks.StoreOf([]), Landmarks.StoreOf(landmarks.Take(30)), Landmarks.StoreOf([]), Landmarks.StoreOf([]),
            Landmarks.StoreOf(landmarks.Skip(30).Take(1)), Landmarks.StoreOf(landmarks.Skip(31)), Landmarks.StoreOf([]),
        ];
        var index = new PlaceIndex(stores);

        for (var i = 0; i < 100; i++)
        {
            var (latitude, longitude) = Near(random, 48, 11, 0.5);
            var query = new PlacesQuery(latitude, longitude, 50_000, 20);

            Assert.Equal(Sphere.NearestNames(landmarks, query), Names(index, query));
        }
    }

    /// <summary>An id that comes again, in one store or in another, is one place: an area rather than a line, else what came first.</summary>
    [Theory]
    [InlineData(false, false, "First")]
    [InlineData(true, false, "First")]
    [InlineData(true, true, "First")]
    [InlineData(false, true, "Second")]
    public void Search_SameIdAgain_FindsOne(bool isFirstArea, bool isSecondArea, string found)
    {
        var one = new PlaceStore.Builder();
        Add(one, "First", isFirstArea);
        var other = new PlaceStore.Builder();
        Add(other, "Second", isSecondArea);
        var both = new PlaceStore.Builder();
        Add(both, "First", isFirstArea);
        Add(both, "Second", isSecondArea);

        Assert.Equal([found], Names(new PlaceIndex(one.Build(), other.Build()), new PlacesQuery(1, 1, 1000, 20)));
        Assert.Equal([found], Names(new PlaceIndex(both.Build()), new PlacesQuery(1, 1, 1000, 20)));

        static void Add(PlaceStore.Builder store, string name, bool isArea) => store.Add(new Place
        {
            Latitude = 1,
            Longitude = 1,
            Id = "osm:way/1"u8,
            Name = Encoding.UTF8.GetBytes(name),
            Types = ["park"],
            Traits = isArea ? PlaceTraits.IsArea : PlaceTraits.None,
        });
    }

    [Fact]
    public void Store_MoreThanABlock_GivesBackEveryPlace()
    {
        var landmarks = Enumerable.Range(0, 20_000)
            .Select(i => new Landmark($"Name {i}", i / 1000.0, -i / 1000.0, $"type_{i % 300}", new string('v', i % 200)))
            .ToList();
        var store = Landmarks.StoreOf(landmarks);

        Assert.Equal(landmarks.Count, store.Count);
        for (var i = 0; i < landmarks.Count; i++)
        {
            var place = store[i];
            Assert.Equal(
                (landmarks[i].Name, landmarks[i].PlaceId, landmarks[i].Vicinity, landmarks[i].Latitude, landmarks[i].Longitude, landmarks[i].Type),
                (Encoding.UTF8.GetString(place.Name), Encoding.UTF8.GetString(place.Id), Encoding.UTF8.GetString(place.Vicinity),
                    place.Latitude, place.Longitude, place.Types[0]));
        }
    }

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

    private static string[] Names(PlaceIndex index, PlacesQuery query)
    {
        var names = new List<string>();
        foreach (var (_, number) in index.Search(query).Found)
            names.Add(Encoding.UTF8.GetString(index[number].Name));
        return [.. names];
    }
}
