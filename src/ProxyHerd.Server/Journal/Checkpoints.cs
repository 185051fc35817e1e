using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>Makes a checkpoint each time that so much has been committed, beside the thread that commits.</summary>
/// <param name="database">Where.</param>
/// <param name="lines">What the store holds of the commits.</param>
/// <param name="bytesBetween">Bytes of commits from one to the next.</param>
/// <param name="tableBytesMin">Bytes in memory that are worth a table.</param>
/// <param name="reached">The number to which the last one went.</param>
/// <param name="left">What earlier runs committed since.</param>
/// <param name="fail">Is told when one failed, which is final.</param>
internal sealed class Checkpoints(
    Database database,
    ICommittedLines lines,
    long bytesBetween,
    long tableBytesMin,
    long reached,
    CommitTally left,
    Action<Exception> fail) : IDisposable
{
    /// <summary>
    /// By default: some 600,000 updates. However often a client moved among them, it is written by ID once; a start reads them
    /// in well under a second; and they fit into memory.
    /// </summary>
    public const long BytesBetween = 48 << 20;

    /// <summary>
    /// How many times as much may be committed while one runs; with more, commits wait for it. A disk that is so slow holds
    /// them up anyway.
    /// </summary>
    private const int BetweenMax = 4;

    /// <summary>
    /// And how many times as much no checkpoint may have reached, with what the one that runs takes; with more, commits wait for
    /// it too. One run comes to no more, but runs that are each killed before their first checkpoint ends would go on where the
    /// one before them stopped, and it is the next start that has to read it all: twice as much took it more than 3 s.
    /// </summary>
    private const int UnreachedMax = BetweenMax + 1;

    /// <summary>
    /// By default so many bytes in memory are worth a table when one has been made: what lies between two is, and what a shorter
    /// run leaves is not.
    /// </summary>
    public const long WorthATable = 32 << 20;

    /// <summary>How long a stop lets one run: many times what one takes, and half of what a stop may.</summary>
    public static readonly TimeSpan EndMax = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile bool _isMade;
    private long _reached = reached;
    private long _taken;
    private volatile bool _isEnding;

    /// <summary>What was committed since the last one began. The journal's thread alone adds to it.</summary>
    public CommitTally Open { get; private set; } = left;

    /// <summary>
    /// Begins one if it is time, and returns once there is not too much that none has reached. The journal's thread alone calls
    /// it, before each commit.
    /// </summary>
    /// <param name="lastSequence">The last number of the commit before.</param>
    public void BeginIfDue(long lastSequence)
    {
        if (_isMade)
            EndTable();
        if (Open.Bytes >= bytesBetween && _running.IsCompleted && !_isEnding)
            Begin(lastSequence);
        if (Open.Bytes / BetweenMax >= bytesBetween || (_taken + Open.Bytes) / UnreachedMax >= bytesBetween)
            _running.Wait();
    }

    /// <summary>
    /// Begins no other, and breaks off the one that runs if it takes longer; at once if that is nought. Any thread may call it.
    /// </summary>
    public void EndWithin(TimeSpan time)
    {
        _isEnding = true;
        if (time == TimeSpan.Zero)
            _stopping.Cancel();
        else
            _stopping.CancelAfter(time);
    }

    /// <summary>Lets the one that runs come to its end: broken off each time, it would never get there where runs are short.</summary>
    public void Finish() => _running.Wait();

    /// <summary>Breaks off the one that runs, if one does: nothing is lost by it.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        _running.Wait();
        _stopping.Dispose();
    }

    /// <summary>
    /// The commits that the last one dropped are dropped in memory, and so are never written to a table, if one begins before
    /// many others have come.
    /// </summary>
    private void EndTable()
    {
        // Commits would wait for the one that is being written, though there is room in memory for more of them.
        if (database.IsWritingATable)
            return;
        _isMade = false;
        if (database.OpenMemtableBytes >= tableBytesMin)
            database.BeginTable();
    }

    private void Begin(long lastSequence)
    {
        var (commits, after) = (Open, _reached);
        Open = new CommitTally();
        _taken = commits.Bytes;
        _reached = lastSequence;
        _running = Task.Factory.StartNew(
            () => Make(after, lastSequence, commits), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void Make(long after, long lastSequence, CommitTally commits)
    {
        try
        {
            using var checkpoint = new Checkpoint(database, lines, _stopping.Token);
            checkpoint.Make(after, lastSequence, commits, () => Open.HasLeftOut);
            _isMade = true;
        }
        catch (OperationCanceledException)
        {
            // The next start reads the commits, and the checkpoint after it drops them.
        }
        catch (Exception exception)
        {
            // Another would drop the commits of this one with its own.
            _isEnding = true;

            // A commit that failed meanwhile says why.
            if (exception is not RocksDbException { IsOfAnother: true })
                fail(exception);
        }
    }
}
