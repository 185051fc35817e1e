using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Commits;

/// <summary>What one commit writes: numbered updates, and the neighbours' positions that were reached before it closed.</summary>
public sealed class CommitBatch
{
    private readonly List<Part> _parts = [];
    private List<NeighbourPosition> _positions = [];

    /// <summary>Number of the first update, one more than the last of the commit before.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>Updates in it.</summary>
    public int UpdateCount { get; private set; }

    /// <summary>Number of the last update; one less than <see cref="FirstSequence"/> if there are none.</summary>
    public long LastSequence => FirstSequence + UpdateCount - 1;

    /// <summary>Positions in it; a later one of the same neighbour stands behind the earlier.</summary>
    public IReadOnlyList<NeighbourPosition> Positions => _positions;

    internal List<Part> Parts => _parts;

    /// <summary>
    /// Hands every update to a journal, in the order of their numbers. The spans are good until the call returns. A line that
    /// was found damaged in memory is not among them: its number is left out, and what the journal has of it stays.
    /// </summary>
    public void ForEach<TState>(TState state, Action<TState, CommittedUpdate> visit)
    {
        foreach (var (_, updates, firstSequence) in _parts)
        {
            for (var i = 0; i < updates.Count; i++)
            {
                ref readonly var update = ref updates[i];
                if (update.IsDamaged)
                    continue;
                visit(state, new CommittedUpdate(
                    firstSequence + i, updates.LineOf(update), update.LineHash, update.ClientIdOffset, update.IsRemoval));
            }
        }
    }

    internal void Begin(long firstSequence)
    {
        _parts.Clear();
        _positions.Clear();
        FirstSequence = firstSequence;
        UpdateCount = 0;
    }

    /// <summary>Takes the positions that waited, and gives the emptied list of the last commit for the next ones.</summary>
    internal List<NeighbourPosition> SwapPositions(List<NeighbourPosition> waiting)
    {
        var emptied = _positions;
        _positions = waiting;
        return emptied;
    }

    internal void Add(int shard, UpdateBatch updates)
    {
        _parts.Add(new Part(shard, updates, FirstSequence + UpdateCount));
        UpdateCount += updates.Count;
    }

    internal readonly record struct Part(int Shard, UpdateBatch Updates, long FirstSequence);
}
