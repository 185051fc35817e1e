using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;
using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places;

/// <summary>Landmarks in a spatial index, each with its JSON. Does not change once made; any thread may search.</summary>
internal sealed class LandmarkIndex
{
    private const string EmbeddedFile = "Landmarks.tsv";

    private static readonly Lazy<LandmarkIndex> LazyEmbedded = new(LoadEmbedded);

    private readonly STRtree<IndexedLandmark> _tree = new();

    /// <summary>An index of these landmarks.</summary>
    public LandmarkIndex(IReadOnlyList<Landmark> landmarks)
    {
        for (var i = 0; i < landmarks.Count; i++)
        {
            var landmark = landmarks[i];
            var point = new SpherePoint(landmark.Latitude, landmark.Longitude);
            _tree.Insert(
                new Envelope(new Coordinate(landmark.Longitude, landmark.Latitude)),
                new IndexedLandmark(i, point, NearbySearchJson.Result(landmark)));
        }
        // The tree would otherwise build itself in its first query, under a lock.
        _tree.Build();
    }

    /// <summary>The landmarks that ship with the server: read when first asked for, and shared by all servers of the process.</summary>
    public static LandmarkIndex Embedded => LazyEmbedded.Value;

    /// <summary>Finds the nearest landmarks.</summary>
    public NearestLandmarks Search(in PlacesQuery query)
    {
        var nearest = new NearestLandmarks(new SpherePoint(query.Latitude, query.Longitude), query.RadiusMeters, query.Bound);
        var (first, second) = GreatCircle.EnvelopesOf(query.Latitude, query.Longitude, query.RadiusMeters);
        _tree.Query(first, nearest);
        if (second is not null)
            _tree.Query(second, nearest);
        return nearest;
    }

    /// <summary>The data file that ships in this assembly. The caller disposes the reader.</summary>
    internal static TextReader OpenEmbedded() =>
        new StreamReader(typeof(LandmarkIndex).Assembly.GetManifestResourceStream(EmbeddedFile)!);

    private static LandmarkIndex LoadEmbedded()
    {
        using var reader = OpenEmbedded();
        return new LandmarkIndex(LandmarkParser.Parse(reader, EmbeddedFile));
    }
}
