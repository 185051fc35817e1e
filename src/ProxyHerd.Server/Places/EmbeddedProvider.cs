using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places;

/// <summary>Answers from landmarks in memory: no key, no network, always at once.</summary>
internal sealed class EmbeddedProvider(LandmarkIndex landmarks) : IPlacesProvider
{
    /// <summary>What <c>Places:Provider</c> calls it.</summary>
    public const string ProviderName = "Embedded";

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(NearbySearchJson.Answer(landmarks.Search(query)));
    }
}
