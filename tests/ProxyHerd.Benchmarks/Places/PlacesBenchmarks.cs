using BenchmarkDotNet.Attributes;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;

namespace ProxyHerd.Benchmarks.Places;

/// <summary>The five landmarks nearest to UCLA within 10 km, through the index, beside a look at each of them.</summary>
[MemoryDiagnoser]
public class PlacesBenchmarks
{
    private readonly PlacesQuery _query = new(34.06893, -118.445127, 10_000, 5);
    private readonly EmbeddedProvider _provider = new(LandmarkIndex.Embedded);
    private IndexedLandmark[] _landmarks = [];

    [GlobalSetup]
    public void Setup()
    {
        using var reader = LandmarkIndex.OpenEmbedded();
        _landmarks = [.. LandmarkParser.Parse(reader, "landmarks").Select(
            (landmark, order) => new IndexedLandmark(order, new SpherePoint(landmark.Latitude, landmark.Longitude), NearbySearchJson.Result(landmark)))];
    }

    [Benchmark(Baseline = true)]
    public int LookAtEach() => Nearest().Found.Length;

    [Benchmark]
    public int Search() => LandmarkIndex.Embedded.Search(_query).Found.Length;

    /// <summary>The search and the JSON that answers a WHATSAT.</summary>
    [Benchmark]
    public async ValueTask<int> SearchAndAnswer() => (await _provider.SearchAsync(_query, CancellationToken.None)).Length;

    private NearestLandmarks Nearest()
    {
        var nearest = new NearestLandmarks(new SpherePoint(_query.Latitude, _query.Longitude), _query.RadiusMeters, _query.Bound);
        foreach (var landmark in _landmarks)
            nearest.VisitItem(landmark);
        return nearest;
    }
}
