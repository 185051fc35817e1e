using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Server.Places;

/// <summary>Answers from places in memory: no key, no network, always at once.</summary>
/// <param name="current">The index to search; it is asked for anew by each search.</param>
/// <param name="metrics">What counts its answers; null for nothing.</param>
internal sealed class EmbeddedProvider(Func<PlaceIndex> current, EmbeddedMetrics? metrics = null) : IPlacesProvider
{
    /// <summary>What <c>Places:Provider</c> calls it.</summary>
    public const string ProviderName = "Embedded";

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var places = current();
        var nearest = places.Search(query);
        metrics?.Answered(hasResults: !nearest.Found.IsEmpty);
        return new(PlacesAnswer.Of(places, nearest));
    }
}
