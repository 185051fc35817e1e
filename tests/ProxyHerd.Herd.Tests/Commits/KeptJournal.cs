using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>A journal in memory that a server can be started from again, and whose syncs the test can hold or fail.</summary>
internal sealed class KeptJournal(Durability durability = Durability.Disk) : IJournal
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NeighbourPosition> _positions = [];
    private List<BootRecord> _boots = [];
    private TaskCompletionSource? _hold;
    private Exception? _fault;
    private int _waiting;

    public Durability Durability => durability;

    public bool IsImmediate => false;

    /// <summary>Every client's line, with its number and hash.</summary>
    public Dictionary<string, (long Sequence, ulong Hash, string Line)> Lines { get; } = [];

    public IReadOnlyList<BootRecord> Boots => _boots;

    public long LastSequence { get; private set; }

    /// <summary>Syncs that were asked for and wait for <see cref="Release"/>.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Commits that were written.</summary>
    public int Commits { get; private set; }

    /// <summary>What a backup has.</summary>
    public KeptJournal Copy()
    {
        lock (_lock)
        {
            var copy = new KeptJournal(durability) { LastSequence = LastSequence, _boots = [.. _boots] };
            foreach (var (client, line) in Lines)
                copy.Lines[client] = line;
            foreach (var (neighbour, position) in _positions)
                copy._positions[neighbour] = position;
            return copy;
        }
    }

    /// <summary>Syncs do not complete until <see cref="Release"/>.</summary>
    public void Hold() => _hold ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        var hold = _hold!;
        _hold = null;
        hold.SetResult();
    }

    /// <summary>The sync under way fails, as does every later one.</summary>
    public void Fail(Exception fault)
    {
        _fault = fault;
        if (_hold is not null)
            Release();
    }

    public NeighbourPosition? PositionOf(string neighbour)
    {
        lock (_lock)
            return _positions.TryGetValue(neighbour, out var position) ? position : null;
    }

    public JournalState Recover(IRecoveredLines lines, ICommittedLines committed)
    {
        foreach (var (sequence, hash, line) in Lines.Values)
            lines.Take(sequence, hash, Bytes.Of(line));
        return new JournalState([.. _boots], [.. _positions.Values], LastSequence);
    }

    public void WriteBoots(IReadOnlyList<BootRecord> boots) => _boots = [.. boots];

    public async ValueTask WriteAsync(CommitBatch batch, bool isSynced)
    {
        Assert.Equal(isSynced, durability >= Durability.Disk);
        if (isSynced)
            await SyncAsync();
        lock (_lock)
        {
            batch.ForEach(this, static (journal, update) =>
            {
                var client = Bytes.Text(update.ClientId);
                if (update.IsRemoval)
                    journal.Lines.Remove(client);
                else
                    journal.Lines[client] = (update.Sequence, update.LineHash, Bytes.Text(update.Line));
            });
            foreach (var position in batch.Positions)
                _positions[position.Neighbour] = position;
            LastSequence = batch.LastSequence;
            Commits++;
        }
    }

    public async ValueTask SyncAsync()
    {
        if (_hold is { } hold)
        {
            Interlocked.Increment(ref _waiting);
            await hold.Task;
            Interlocked.Decrement(ref _waiting);
        }

        if (_fault is not null)
            throw _fault;
    }
}
