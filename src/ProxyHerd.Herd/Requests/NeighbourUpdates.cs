using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Requests;

/// <summary>Merges what neighbours say of clients.</summary>
internal static class NeighbourUpdates
{
    /// <summary>Merges one AT line.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="line">The line.</param>
    /// <param name="origin">Which boot of which neighbour brought it.</param>
    /// <param name="scratch">At least <see cref="AtLine.BytesMax"/> bytes.</param>
    /// <param name="batch">The read that it is part of.</param>
    /// <returns>False if it cannot be read or was refused, so that something of that neighbour's is missing here.</returns>
    public static bool TryAccept(LocationStore store, ReadOnlySpan<byte> line, int origin, Span<byte> scratch, ref RequestBatch batch)
    {
        if (!AtLine.TryParse(line, out var at))
        {
            batch.Counts.Malformed++;
            return false;
        }

        store.Fetch(at.ClientId);
        var length = at.CopyTo(scratch);
        var acceptance = store.AcceptFromNeighbour(at, scratch[..length], origin, batch.Now);
        batch.Counts.Updates[(int)acceptance.Outcome]++;
        batch.WaitFor(acceptance.Commit);
        batch.IsFull |= acceptance.Outcome == AcceptOutcome.Full;
        return acceptance.Outcome is not (AcceptOutcome.AheadOfClock or AcceptOutcome.Full);
    }
}
