using System.Text;
using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Server.Places;

/// <summary>The landmarks that ship with the server.</summary>
internal static class Landmarks
{
    private const string EmbeddedFile = "Landmarks.tsv";

    private static readonly Lazy<PlaceIndex> LazyEmbedded = new(() => new PlaceIndex(StoreOf(ReadEmbedded())));

    /// <summary>Their index: made when first asked for, and shared by all servers of the process.</summary>
    public static PlaceIndex Embedded => LazyEmbedded.Value;

    /// <summary>Reads those that ship.</summary>
    public static IReadOnlyList<Landmark> ReadEmbedded()
    {
        using var reader = new StreamReader(typeof(Landmarks).Assembly.GetManifestResourceStream(EmbeddedFile)!);
        return LandmarkParser.Parse(reader, EmbeddedFile);
    }

    /// <summary>A store of landmarks, in their order.</summary>
    public static PlaceStore StoreOf(IEnumerable<Landmark> landmarks)
    {
        var store = new PlaceStore.Builder();
        foreach (var landmark in landmarks)
        {
            store.Add(new Place
            {
                Latitude = landmark.Latitude,
                Longitude = landmark.Longitude,
                Id = Encoding.UTF8.GetBytes(landmark.PlaceId),
                Name = Encoding.UTF8.GetBytes(landmark.Name),
                Vicinity = Encoding.UTF8.GetBytes(landmark.Vicinity),
                Types = [.. new[] { landmark.Type, "point_of_interest", "establishment" }.Distinct()],
            });
        }
        return store.Build();
    }
}
