using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Feeds;

/// <summary>Finds committed lines by the feed's index, and by going through the store where the index no longer holds them.</summary>
internal sealed class CommittedLines(LocationStore store, Feed feed) : ICommittedLines
{
    /// <summary>Numbers after which it asks whether the index still held them: few are looked up twice when it did not.</summary>
    private const int PieceNumbers = 1 << 12;

    /// <summary>So many records ahead: what one takes to come from memory is more than what one takes to be looked at.</summary>
    private const int FetchedAhead = 16;

    /// <inheritdoc/>
    public bool ForEach<TState>(long after, long last, TState state, Action<TState, CommittedUpdate> visit)
    {
        var isWhole = true;
        Span<byte> line = stackalloc byte[AtLine.BytesMax];
        while (after < last)
        {
            if (!feed.Index.Holds(after + 1))
                return isWhole & ScanAll(after, last, state, visit);
            var end = Math.Min(last, after + PieceNumbers);
            for (var number = after + 1; number <= end; number++)
            {
                store.FetchCommitted(feed.Index[number + FetchedAhead]);
                isWhole &= VisitAt(feed.Index[number], number, line, state, visit);
            }

            // What was overwritten while it was read may have been missed; what was not is the newest of its client still.
            if (feed.Index.Holds(after + 1))
                after = end;
        }

        return isWhole;
    }

    private bool ScanAll<TState>(long after, long last, TState state, Action<TState, CommittedUpdate> visit)
    {
        var isWhole = true;
        Span<byte> line = stackalloc byte[AtLine.BytesMax];
        for (var place = default(ScanPlace); store.TryNextCommitted(ref place, after, last, out var handle, out var number);)
            isWhole &= VisitAt(handle, number, line, state, visit);
        return isWhole;
    }

    /// <returns>False if the line is damaged.</returns>
    private bool VisitAt<TState>(uint handle, long number, Span<byte> line, TState state, Action<TState, CommittedUpdate> visit)
    {
        if (!store.TryCopyCommitted(handle, number, skippedOrigin: 0, line, out var copy))
            return true;
        if (copy.IsDamaged)
            return false;
        visit(state, new CommittedUpdate(number, line[..copy.Length], copy.LineHash, copy.ClientIdOffset, isRemoval: false));
        return true;
    }
}
