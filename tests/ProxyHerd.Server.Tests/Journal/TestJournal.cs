using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Alford's journal below a test's folder: opened, written to, and looked at from outside.</summary>
internal static class TestJournal
{
    /// <summary>Its folder.</summary>
    public static string FolderOf(string path) => Path.Combine(path, "Alford");

    /// <summary>Opens it.</summary>
    /// <param name="path">The folder above its own.</param>
    /// <param name="state">What it held but for the lines.</param>
    /// <param name="lines">The lines, and the store that its checkpoints read.</param>
    /// <param name="bytesBetween">Bytes of commits from one checkpoint to the next.</param>
    /// <param name="options">How the database is opened; null for as usual.</param>
    /// <param name="tableBytesMin">Bytes in memory that are worth a table once a checkpoint is made.</param>
    public static RocksDbJournal Open(
        string path,
        out JournalState state,
        out KeptLines lines,
        long bytesBetween = Checkpoints.BytesBetween,
        string? options = null,
        long tableBytesMin = Checkpoints.WorthATable)
    {
        var journal = new RocksDbJournal(JournalPlace.Below(path, "Alford"), Durability.Disk)
        {
            BytesBetweenCheckpoints = bytesBetween,
            TableBytesMin = tableBytesMin,
            Options = options ?? JournalTuning.Options,
        };
        lines = new KeptLines();
        try
        {
            state = journal.Recover(lines, lines);
            return journal;
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Writes a commit and shows it in the store, as the committer does.</summary>
    public static async Task CommitAsync(RocksDbJournal journal, KeptLines store, CommitBatch commit, bool isSynced)
    {
        await journal.WriteAsync(commit, isSynced);
        store.Publish(commit);
    }

    /// <summary>Changes a database that no journal has open.</summary>
    public static void Change(string path, Action<BatchWriter> change)
    {
        using var database = Database.Open(FolderOf(path), JournalTuning.Options);
        using var batch = new BatchWriter();
        batch.Clear();
        change(batch);
        database.Write(batch.Bytes, isSynced: true);
    }

    /// <summary>The commits that no checkpoint has reached, and their bytes, of a journal that may be open.</summary>
    public static (int Count, long Bytes) CommitsIn(string path)
    {
        // A copy, since to open it makes tables of its log.
        using var copy = new TemporaryFolder();
        FolderCopy.Make(FolderOf(path), FolderOf(copy.FullName));
        using var database = Database.Open(FolderOf(copy.FullName), JournalTuning.Options);
        var counter = new Counter();
        database.Scan([JournalKeys.Commit], [JournalKeys.Commit + 1], counter);
        return (counter.Count, counter.Bytes);
    }

    private sealed class Counter : IEntryVisitor
    {
        public int Count { get; private set; }

        public long Bytes { get; private set; }

        public void Visit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
        {
            Count++;
            Bytes += key.Length + value.Length;
        }
    }
}
