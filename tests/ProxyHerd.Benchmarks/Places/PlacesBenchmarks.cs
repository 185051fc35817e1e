using BenchmarkDotNet.Attributes;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Benchmarks.Places;

/// <summary>The five landmarks nearest to UCLA within 10 km, through the index, beside a look at each of them.</summary>
[MemoryDiagnoser]
public class PlacesBenchmarks
{
    private readonly PlacesQuery _query = new(34.06893, -118.445127, 10_000, 5);
    private readonly EmbeddedProvider _provider = new(() => Landmarks.Embedded);
    private SpherePoint[] _points = [];

    [GlobalSetup]
    public void Setup() => _points = [.. Landmarks.ReadEmbedded().Select(landmark => new SpherePoint(landmark.Latitude, landmark.Longitude))];

    [Benchmark(Baseline = true)]
    public int LookAtEach()
    {
        var nearest = new NearestPlaces(new SpherePoint(_query.Latitude, _query.Longitude), _query.RadiusMeters, _query.Bound);
        for (var i = 0; i < _points.Length; i++)
            nearest.Offer(SpherePoint.SquaredChord(_points[i], nearest.Center), [i]);
        return nearest.Found.Length;
    }

    [Benchmark]
    public int Search() => Landmarks.Embedded.Search(_query).Found.Length;

    /// <summary>The search and the JSON that answers a WHATSAT.</summary>
    [Benchmark]
    public async ValueTask<int> SearchAndAnswer() => (await _provider.SearchAsync(_query, CancellationToken.None)).Length;
}
