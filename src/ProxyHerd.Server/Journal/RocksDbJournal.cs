using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>Keeps commits in RocksDB: one write batch a commit, synced as the durability says.</summary>
/// <remarks>
/// Writes run on a thread of the journal's own, since a sync blocks, and whoever awaits one goes on there. The first error of
/// a write, a sync or a checkpoint is the last: what is on disk then is not known, so every later call fails with it and
/// <see cref="Fault"/> completes, upon which the process ends.
/// </remarks>
internal sealed class RocksDbJournal(JournalPlace place, Durability durability) : IJournal, IDisposable
{
    private readonly TaskCompletionSource<JournalException> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CommitWriter _commits = new();
    private JournalFolder? _folder;
    private Database? _database;
    private Checkpoints? _checkpoints;
    private JournalThread? _thread;
    private bool _isDirty;

    /// <summary>How the database is opened; tests have it write smaller files.</summary>
    public string Options { get; init; } = JournalTuning.Options;

    /// <summary>Bytes of commits from one checkpoint to the next; tests have more of them.</summary>
    public long BytesBetweenCheckpoints { get; init; } = Checkpoints.BytesBetween;

    /// <summary>Bytes in memory that are worth a table once a checkpoint is made; tests have more of them.</summary>
    public long TableBytesMin { get; init; } = Checkpoints.WorthATable;

    /// <summary>Brings a new folder to the disk, and those above it; tests look when.</summary>
    public Action<string> SyncFolder { get; init; } = FolderSync.SyncUpwards;

    /// <summary>What it measures; null for nothing.</summary>
    public JournalMetrics? Metrics { get; init; }

    /// <inheritdoc/>
    public Durability Durability => durability;

    /// <inheritdoc/>
    public bool IsImmediate => false;

    /// <summary>Completes when a write, a sync or a checkpoint has failed, with what to tell about it.</summary>
    public Task<JournalException> Fault => _fault.Task;

    /// <summary>Bytes of memory that hold what is in no table yet; 0 once it is closed.</summary>
    private long MemoryBytes
    {
        get
        {
            try
            {
                return _database?.MemtableBytes ?? 0;
            }
            catch (ObjectDisposedException)
            {
                // A collector may look while it is being closed.
                return 0;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="JournalException">It cannot be used.</exception>
    public JournalState Recover(IRecoveredLines lines, ICommittedLines committed)
    {
        try
        {
            _folder = JournalFolder.Take(place, SyncFolder);
            LogCheck.Run(place.Folder);
            _database = Database.Open(place.Folder, Options);
            var reader = new JournalReader(lines);
            reader.Read(_database, hasCheckpoint: !_folder.IsOfEarlierFormat);
            if (_folder.IsOfEarlierFormat)
            {
                _database.Write(_commits.WriteCheckpoint(reader.State.LastSequence), isSynced: true);
                _folder.BringToFormat();
            }

            _database.MergeTables();
            _checkpoints = new Checkpoints(
                _database, committed, BytesBetweenCheckpoints, TableBytesMin, reader.Checkpoint, reader.Left, exception => Fail(exception));
            _thread = new JournalThread(place, Run, FailWithItsCause);
            Metrics?.Watch(() => MemoryBytes);
            return reader.State;
        }
        catch (Exception exception)
        {
            Dispose();
            throw exception switch
            {
                JournalException => exception,
                InvalidDataException => JournalException.Damaged(place, exception.Message, exception),
                IOException or UnauthorizedAccessException => JournalException.Of(place, exception),
                _ => exception,
            };
        }
    }

    /// <inheritdoc/>
    public void WriteBoots(IReadOnlyList<BootRecord> boots)
    {
        try
        {
            Opened.Write(_commits.Write(boots), isSynced: true);
        }
        catch (RocksDbException exception)
        {
            throw Fail(JournalException.Of(place, exception));
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(CommitBatch batch, bool isSynced) => _thread is { } thread
        ? thread.RunAsync(new JournalWork(batch, isSynced))
        : ValueTask.FromException(new JournalClosedException(place));

    /// <inheritdoc/>
    public ValueTask SyncAsync() => _thread is { } thread
        ? thread.RunAsync(new JournalWork(null, IsSynced: true))
        : ValueTask.FromException(new JournalClosedException(place));

    /// <summary>Ends a write and, if it takes no longer than that may, a checkpoint that run; syncs what was written, and gives the folder free.</summary>
    /// <exception cref="JournalException">What was written may not be on disk.</exception>
    public void Close()
    {
        // First, since the thread may wait for a checkpoint.
        _checkpoints?.EndWithin(Checkpoints.EndMax);
        _thread?.Stop();
        _thread = null;
        _checkpoints?.Finish();
        try
        {
            if (_isDirty && !_fault.Task.IsCompleted)
                _database?.Sync();
        }
        catch (RocksDbException exception)
        {
            throw Fail(exception);
        }
        finally
        {
            Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _thread?.Stop();
        _thread = null;
        _checkpoints?.Dispose();
        _checkpoints = null;
        _database?.Dispose();
        _database = null;
        _folder?.Dispose();
        _folder = null;
        _commits.Dispose();
    }

    private Database Opened => _database ?? throw new JournalClosedException(place);

    private void Run(JournalWork work)
    {
        if (work.Commit is { } commit)
        {
            _checkpoints!.BeginIfDue(commit.FirstSequence - 1);
            ThrowIfFailed();
            var batch = _commits.Write(commit, _checkpoints.Open);
            var began = Metrics?.Begin() ?? 0;
            Opened.Write(batch, work.IsSynced);
            Metrics?.Written(commit.UpdateCount, batch.Length);
            if (work.IsSynced)
                Metrics?.Synced(began);
            _isDirty = !work.IsSynced;
        }
        else
        {
            ThrowIfFailed();
            var began = Metrics?.Begin() ?? 0;
            Opened.Sync();
            Metrics?.Synced(began);
            _isDirty = false;
        }
    }

    /// <summary>A checkpoint fails on a thread of its own.</summary>
    private void ThrowIfFailed()
    {
        if (_fault.Task.IsCompletedSuccessfully)
            throw _fault.Task.Result;
    }

    /// <summary>A checkpoint whose sync has failed may be the cause, and have yet to say so.</summary>
    private JournalException FailWithItsCause(Exception exception)
    {
        if (exception is RocksDbException { IsOfAnother: true })
        {
            _checkpoints!.EndWithin(TimeSpan.Zero);
            _checkpoints.Finish();
        }

        return Fail(exception);
    }

    /// <returns>The first fault, which is what whoever waits is told.</returns>
    private JournalException Fail(Exception exception)
    {
        _fault.TrySetResult(exception as JournalException ?? JournalException.Failed(place, durability, exception));
        return _fault.Task.Result;
    }
}
