using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>Makes a checkpoint each time that so much has been committed, beside the thread that commits.</summary>
/// <param name="database">Where.</param>
/// <param name="bytesBetween">Bytes of commits from one to the next.</param>
/// <param name="fail">Is told when one failed, which is final.</param>
internal sealed class Checkpoints(Database database, long bytesBetween, Action<Exception> fail) : IDisposable
{
    /// <summary>
    /// By default: some 600,000 updates. However often a client moved among them, it is written by ID once; a start reads them
    /// in well under a second; and they fit into memory.
    /// </summary>
    public const long BytesBetween = 48 << 20;

    /// <summary>How many times that may stand before commits wait for a checkpoint: a disk that is so slow holds them up anyway.</summary>
    private const int BehindMax = 4;

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private long _bytes;

    /// <summary>Counts a commit that was written. The journal's thread alone calls it.</summary>
    /// <param name="bytes">What it took.</param>
    /// <param name="lastSequence">Its last number.</param>
    public void Written(int bytes, long lastSequence)
    {
        _bytes += bytes;
        if (_bytes < bytesBetween)
            return;
        if (!_running.IsCompleted)
        {
            if (_bytes < BehindMax * bytesBetween)
                return;
            _running.Wait();
        }

        _bytes = 0;
        _running = Task.Factory.StartNew(() => Make(lastSequence), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

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
