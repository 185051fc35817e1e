using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Commits;

/// <summary>
/// Group commit. One commit runs at a time: it closes the open batch, numbers its updates, has the journal write them,
/// and only then shows them to readers of the feed. What arrives meanwhile is the next batch; there is no timer.
/// </summary>
/// <remarks>
/// With a journal that completes at once, whoever waits runs the commit, under a lock that is held for microseconds.
/// With any other, one loop runs them, and whoever waits is resumed on another thread.
/// </remarks>
public sealed class Committer
{
    private readonly LocationStore _store;
    private readonly Feed _feed;
    private readonly IJournal _journal;
    private readonly CommitBatch _batch = new();
    private readonly Lock _commitLock = new();
    private readonly Lock _positionsLock = new();
    private readonly Lock _waitersLock = new();
    private readonly Dictionary<string, NeighbourPosition> _committedPositions = [];
    private readonly PriorityQueue<TaskCompletionSource, long> _waiters = new();
    private List<NeighbourPosition> _openPositions = [];
    private long _done;
    private bool _isRunning;
    private IOException? _fault;

    /// <param name="store">What is committed.</param>
    /// <param name="feed">Who is told.</param>
    /// <param name="journal">What writes it.</param>
    public Committer(LocationStore store, Feed feed, IJournal journal)
    {
        _store = store;
        _feed = feed;
        _journal = journal;
    }

    /// <summary>What an answer promises.</summary>
    public Durability Durability => _journal.Durability;

    /// <summary>Puts how far a neighbour's feed has been followed into the commit that is open now.</summary>
    /// <returns>The commit to wait for.</returns>
    public long AddPosition(NeighbourPosition position)
    {
        lock (_positionsLock)
        {
            _openPositions.Add(position);
            return _store.StartedCommits + 1;
        }
    }

    /// <summary>How far a neighbour's feed had been followed by the last commit; null if never.</summary>
    public NeighbourPosition? PositionOf(string neighbour)
    {
        lock (_positionsLock)
            return _committedPositions.TryGetValue(neighbour, out var position) ? position : null;
    }

    /// <summary>Completes once a commit is done.</summary>
    /// <param name="commit">Its number; 0 is done already.</param>
    /// <exception cref="IOException">The journal failed: what was accepted may be lost, so nothing may be said of it.</exception>
    public ValueTask WaitAsync(long commit)
    {
        if (Volatile.Read(ref _done) >= commit)
            return ValueTask.CompletedTask;
        return _journal.IsImmediate ? CommitHere(commit) : WaitForLoop(commit);
    }

    private ValueTask CommitHere(long commit)
    {
        lock (_commitLock)
        {
            if (_fault is not null)
                return ValueTask.FromException(_fault);
            if (_done >= commit)
                return ValueTask.CompletedTask;
            Close();
            try
            {
                var write = _journal.WriteAsync(_batch, isSynced: Durability >= Durability.Disk);
                if (!write.IsCompleted)
                    throw new InvalidOperationException("A journal that says it is immediate did not complete at once.");
                write.GetAwaiter().GetResult();
            }
            catch (Exception fault)
            {
                _fault = FaultOf(fault);
                return ValueTask.FromException(_fault);
            }

            Publish();
            return ValueTask.CompletedTask;
        }
    }

    private ValueTask WaitForLoop(long commit)
    {
        TaskCompletionSource waiter;
        lock (_waitersLock)
        {
            if (_fault is not null)
                return ValueTask.FromException(_fault);
            if (_done >= commit)
                return ValueTask.CompletedTask;
            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Enqueue(waiter, commit);
            if (_isRunning)
                return new ValueTask(waiter.Task);
            _isRunning = true;
        }

        _ = RunAsync();
        return new ValueTask(waiter.Task);
    }

    /// <summary>Commits until nobody waits. A fault goes to everyone who waits, now or later.</summary>
    private async Task RunAsync()
    {
        try
        {
            do
            {
                Close();
                await _journal.WriteAsync(_batch, isSynced: Durability >= Durability.Disk);
                Publish();
            }
            while (!CompleteWaiters());
        }
        catch (Exception fault)
        {
            Fail(FaultOf(fault));
        }
    }

    private void Close()
    {
        // Positions first: what was accepted before a position was noted is then in this commit or an earlier one.
        _batch.Begin(_feed.Head + 1);
        lock (_positionsLock)
        {
            _store.StartCommit();
            _openPositions = _batch.SwapPositions(_openPositions);
        }

        _store.Close(_batch);
    }

    private void Publish()
    {
        if (_batch.Positions.Count > 0)
            KeepPositions();
        if (_batch.UpdateCount > 0)
        {
            _feed.Index.Reserve(_batch.LastSequence);
            _store.Publish(_batch, _feed.Index);
            _feed.Publish(_batch.LastSequence);
        }

        Volatile.Write(ref _done, _store.StartedCommits);
    }

    private void KeepPositions()
    {
        lock (_positionsLock)
        {
            foreach (var position in _batch.Positions)
                _committedPositions[position.Neighbour] = position;
        }
    }

    private bool CompleteWaiters()
    {
        lock (_waitersLock)
        {
            while (_waiters.TryPeek(out var waiter, out var commit) && commit <= _done)
            {
                _waiters.Dequeue();
                waiter.SetResult();
            }

            _isRunning = _waiters.Count > 0;
            return !_isRunning;
        }
    }

    /// <summary>What connections know as the journal's fault, whatever its library throws; another would let replies leave.</summary>
    private static IOException FaultOf(Exception fault) => fault as IOException ?? new IOException("The journal failed.", fault);

    private void Fail(IOException fault)
    {
        lock (_waitersLock)
        {
            _fault = fault;
            while (_waiters.TryDequeue(out var waiter, out _))
                waiter.SetException(fault);
        }
    }
}
