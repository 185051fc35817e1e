using System.IO.Pipelines;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Commits;

/// <summary>
/// Group commit. One commit runs at a time: it closes the open batch, numbers its updates, has the journal write them,
/// and only then shows them to readers of the feed. What arrives meanwhile is the next batch; there is no timer.
/// </summary>
/// <remarks>
/// With a journal that completes at once, whoever waits runs the commit, under a lock that is held for microseconds.
/// With any other, one loop runs them, which goes on on the journal's own thread after each write. Whoever waits, waits for
/// the commit that runs or for the next, never for a third. Those whose connection has a scheduler go on there, and there the
/// next commit begins, after all that could be read has been: so it is as large as it can be without waiting for anything.
/// </remarks>
public sealed class Committer
{
    /// <summary>How long <see cref="Durability.EverySecond"/> leaves to the operating system what it has answered.</summary>
    private static readonly TimeSpan SyncEvery = TimeSpan.FromSeconds(1);

    private readonly LocationStore _store;
    private readonly Feed _feed;
    private readonly IJournal _journal;
    private readonly TimeProvider _time;
    private readonly CommitBatch _batch = new();
    private readonly Lock _commitLock = new();
    private readonly Lock _positionsLock = new();
    private readonly Lock _waitersLock = new();
    private readonly Dictionary<string, NeighbourPosition> _positions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NeighbourPosition> _unsyncedPositions = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<IOException> _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<NeighbourPosition> _openPositions = [];
    private CommitWaiters? _running;
    private CommitWaiters? _next;
    private ITimer? _syncTimer;
    private long _done;
    private long _syncedCommit;
    private bool _isRunning;
    private bool _isSyncDue;
    private IOException? _fault;

    /// <param name="store">What is committed.</param>
    /// <param name="feed">Who is told.</param>
    /// <param name="journal">What writes it.</param>
    /// <param name="time">When a second is over.</param>
    public Committer(LocationStore store, Feed feed, IJournal journal, TimeProvider time)
    {
        _store = store;
        _feed = feed;
        _journal = journal;
        _time = time;
    }

    /// <summary>What the simulator makes wrong.</summary>
    internal Mistakes Mistakes { get; init; }

    /// <summary>What an answer promises.</summary>
    public Durability Durability => _journal.Durability;

    /// <summary>
    /// Completes when the journal fails, with the reason: what was accepted may be lost, nothing more is answered, and the
    /// process has to end.
    /// </summary>
    public Task<IOException> Failure => _failure.Task;

    /// <summary>The last commit that is as safe as the journal makes any: with all before it, on disk if there is one.</summary>
    internal long SyncedCommit => Volatile.Read(ref _syncedCommit);

    /// <summary>Raised when <see cref="SyncedCommit"/> has moved by a sync of its own, on the committing thread.</summary>
    internal event Action? Synced;

    /// <summary>Takes over how far neighbours' feeds had been followed by an earlier run.</summary>
    internal void Restore(IEnumerable<NeighbourPosition> positions)
    {
        foreach (var position in positions)
            _positions[position.Neighbour] = position;
    }

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

    /// <summary>How far a neighbour's feed had been followed by the last commit that is synced; null if never.</summary>
    public NeighbourPosition? PositionOf(string neighbour)
    {
        lock (_positionsLock)
            return _positions.TryGetValue(neighbour, out var position) ? position : null;
    }

    /// <summary>Completes once a commit is done.</summary>
    /// <param name="commit">Its number; 0 is done already.</param>
    /// <param name="scheduler">Where whoever waits goes on; null for wherever it awaits.</param>
    /// <exception cref="IOException">The journal failed: what was accepted may be lost, so nothing may be said of it.</exception>
    public ValueTask WaitAsync(long commit, PipeScheduler? scheduler = null)
    {
        if (Volatile.Read(ref _done) >= commit)
            return ValueTask.CompletedTask;
        return _journal.IsImmediate ? CommitHere(commit) : WaitForLoop(commit, scheduler);
    }

    private ValueTask CommitHere(long commit)
    {
        lock (_commitLock)
        {
            if (_fault is not null)
                return ValueTask.FromException(_fault);
            if (_done >= commit)
                return ValueTask.CompletedTask;
            _batch.Begin(_feed.Head + 1);
            lock (_positionsLock)
                StartCommit();
            _store.Close(_batch);
            try
            {
                var write = _journal.WriteAsync(_batch, isSynced: false);
                if (!write.IsCompleted)
                    throw new InvalidOperationException("A journal that says it is immediate did not complete at once.");
                write.GetAwaiter().GetResult();
            }
            catch (Exception fault)
            {
                _fault = FaultOf(fault);
                _failure.TrySetResult(_fault);
                return ValueTask.FromException(_fault);
            }

            Publish(isSynced: true);
            Volatile.Write(ref _done, _store.StartedCommits);
            return ValueTask.CompletedTask;
        }
    }

    private ValueTask WaitForLoop(long commit, PipeScheduler? scheduler)
    {
        ValueTask done;
        lock (_waitersLock)
        {
            if (_fault is not null)
                return ValueTask.FromException(_fault);
            if (_done >= commit)
                return ValueTask.CompletedTask;
            var isNext = !_isRunning || commit > _store.StartedCommits;
            ref var waiters = ref isNext ? ref _next : ref _running;
            waiters ??= new CommitWaiters();
            done = waiters.Add(scheduler);
            if (_isRunning)
                return done;
            _isRunning = true;
        }

        if (scheduler is null)
            _ = RunAsync();
        else
            scheduler.Schedule(static committer => _ = ((Committer)committer!).RunAsync(), this);
        return done;
    }

    /// <summary>Commits until nobody waits and no sync is due. A fault goes to everyone who waits, now or later.</summary>
    private async Task RunAsync()
    {
        var isSynced = Durability >= Durability.Disk;
        try
        {
            while (Begin(out var isCommit, out var isSync))
            {
                if (isCommit)
                {
                    if ((Mistakes & Mistakes.PositionBeforeUpdates) != 0)
                        await _journal.WriteAsync(_batch, isSynced);
                    _store.Close(_batch);
                    if ((Mistakes & Mistakes.FloodedBeforeSync) != 0)
                        Publish(isSynced);
                    await _journal.WriteAsync(_batch, isSynced);
                    if ((Mistakes & Mistakes.FloodedBeforeSync) == 0)
                        Publish(isSynced);
                    if (End() is { } scheduler)
                        await new SchedulerAwaitable(scheduler);
                }

                if (!isSync)
                    continue;
                var commit = _store.StartedCommits;
                await _journal.SyncAsync();
                EndSync(commit);
            }
        }
        catch (Exception fault)
        {
            Fail(FaultOf(fault));
        }
    }

    /// <summary>Decides what the loop does next, and starts the next commit if somebody waits for it.</summary>
    /// <returns>False if there is nothing to do; then the loop has ended.</returns>
    private bool Begin(out bool isCommit, out bool isSync)
    {
        lock (_waitersLock)
        {
            isCommit = _next is not null;
            isSync = _isSyncDue;
            _isSyncDue = false;
            _isRunning = isCommit || isSync;
            if (!isCommit)
                return isSync;
            (_running, _next) = (_next, null);
            _batch.Begin(_feed.Head + 1);
            lock (_positionsLock)
                StartCommit();
            return true;
        }
    }

    /// <summary>Numbers the commit. Positions first: what was accepted before one was noted is then in this commit or an earlier one.</summary>
    private void StartCommit()
    {
        _store.StartCommit();
        _openPositions = _batch.SwapPositions(_openPositions);
    }

    /// <returns>Where the next commit is to begin; null for here.</returns>
    private PipeScheduler? End()
    {
        CommitWaiters? done;
        PipeScheduler? scheduler;
        lock (_waitersLock)
        {
            Volatile.Write(ref _done, _store.StartedCommits);
            done = _running;
            _running = null;
            scheduler = _next?.Scheduler;
        }

        done?.End(fault: null);
        return scheduler;
    }

    private void Publish(bool isSynced)
    {
        var commit = _store.StartedCommits;
        if (_batch.Positions.Count > 0)
            KeepPositions(isSynced);
        if (_batch.UpdateCount > 0)
        {
            _feed.Index.Reserve(_batch.LastSequence);
            _store.Publish(_batch, _feed.Index);
            _feed.Publish(_batch.LastSequence);
        }

        if (isSynced)
            Volatile.Write(ref _syncedCommit, commit);
        else
            _syncTimer ??= _time.CreateTimer(static committer => ((Committer)committer!).SyncDue(), this, SyncEvery, Timeout.InfiniteTimeSpan);
    }

    private void KeepPositions(bool isSynced)
    {
        var positions = isSynced ? _positions : _unsyncedPositions;
        lock (_positionsLock)
        {
            foreach (var position in _batch.Positions)
                positions[position.Neighbour] = position;
        }
    }

    private void SyncDue()
    {
        lock (_waitersLock)
        {
            if (_fault is not null)
                return;
            _isSyncDue = true;
            if (_isRunning)
                return;
            _isRunning = true;
        }

        _ = RunAsync();
    }

    private void EndSync(long commit)
    {
        lock (_positionsLock)
        {
            foreach (var (neighbour, position) in _unsyncedPositions)
                _positions[neighbour] = position;
            _unsyncedPositions.Clear();
        }

        // Set after the first commit that is written after this sync.
        _syncTimer?.Dispose();
        _syncTimer = null;
        Volatile.Write(ref _syncedCommit, commit);
        Synced?.Invoke();
    }

    /// <summary>What connections know as the journal's fault, whatever its library throws; another would let replies leave.</summary>
    private static IOException FaultOf(Exception fault) => fault as IOException ?? new IOException("The journal failed.", fault);

    private void Fail(IOException fault)
    {
        CommitWaiters? running, next;
        lock (_waitersLock)
        {
            _fault = fault;
            (running, next) = (_running, _next);
        }

        _failure.TrySetResult(fault);
        running?.End(fault);
        next?.End(fault);
    }
}
