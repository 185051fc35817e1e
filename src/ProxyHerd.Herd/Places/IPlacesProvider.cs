namespace ProxyHerd.Herd.Places;

/// <summary>Supplies the places near a position. One is picked by its <see cref="Name"/> when a server starts.</summary>
/// <remarks>
/// Called from many connections at once. An implementation that has its places in memory completes at once, on the
/// caller's thread; one that asks over the network must leave that thread while it waits.
/// </remarks>
public interface IPlacesProvider
{
    /// <summary>What <c>Places:Provider</c> calls it.</summary>
    string Name { get; }

    /// <summary>The places near a position.</summary>
    /// <returns>
    /// One JSON object in the shape of Google's legacy Nearby Search, UTF-8, indented, its <c>results</c> cut to the
    /// query's bound, without an empty line in it or a newline at its end. A provider that fails answers so too, with
    /// empty <c>results</c>, a <c>status</c> and an <c>error_message</c>; the only exception is a cancelled token's. One that
    /// is complete at once may stand in memory that the next search of the same thread writes to: use it, or copy it, before.
    /// </returns>
    ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken);
}
