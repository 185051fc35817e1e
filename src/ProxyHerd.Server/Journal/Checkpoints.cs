using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// Makes a checkpoint each time that so much has been committed, beside the thread that commits. Where they fall behind,
/// each still goes only as far as it would have: none takes longer, or more memory, than another.
/// </summary>
/// <param name="database">Where.</param>
/// <param name="bytesBetween">Bytes of commits from one to the next.</param>
/// <param name="left">What earlier runs left.</param>
/// <param name="fail">Is told when one failed, which is final.</param>
internal sealed class Checkpoints(Database database, long bytesBetween, CommitPieces left, Action<Exception> fail) : IDisposable
{
    /// <summary>
    /// By default: some 600,000 updates. However often a client moved among them, it is written by ID once; a start reads them
    /// in well under a second; and they fit into memory.
    /// </summary>
    public const long BytesBetween = 48 << 20;

    /// <summary>
    /// How many may be due beside the one that runs; with one more, commits wait for that. A disk that is so slow holds them
    /// up anyway. What earlier runs left may be more: then commits wait once for each that is added.
    /// </summary>
    private const int DueMax = 3;

    /// <summary>How long a stop lets one run: many times what one takes, and half of what a stop may.</summary>
    public static readonly TimeSpan EndMax = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<long> _due = new(left.Ends);
    private Task _running = Task.CompletedTask;
    private long _bytes = left.RestBytes;
    private volatile bool _isEnding;

    /// <summary>Counts a commit that was written. The journal's thread alone calls it.</summary>
    /// <param name="bytes">What it took.</param>
    /// <param name="lastSequence">Its last number.</param>
    public void Written(int bytes, long lastSequence)
    {
        _bytes += bytes;
        if (_bytes >= bytesBetween)
        {
            _bytes = 0;
            _due.Enqueue(lastSequence);
            if (_due.Count > DueMax)
                _running.Wait();
        }

        if (_running.IsCompleted && !_isEnding && _due.TryDequeue(out var due))
            _running = Task.Factory.StartNew(() => Make(due), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Begins no other, and breaks off the one that runs if it takes longer. Any thread may call it.</summary>
    public void EndWithin(TimeSpan time)
    {
        _isEnding = true;
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

    private void Make(long lastSequence)
    {
        try
        {
            using var checkpoint = new Checkpoint(database, _stopping.Token);
            checkpoint.Make(lastSequence);
        }
        catch (OperationCanceledException)
        {
            // The next start reads the commits, and the checkpoint after it drops them.
        }
        catch (Exception exception)
        {
            fail(exception);
        }
    }
}
