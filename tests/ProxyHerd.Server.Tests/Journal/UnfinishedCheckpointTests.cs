using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Checkpoints that fail.</summary>
public sealed class UnfinishedCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What it did not put among the lines stands in its commits alone, and the next one drops all commits.</summary>
    [Fact]
    public void BeginIfDue_OneHasFailed_BeginsNoOther()
    {
        using (var database = Database.Open(FolderOf(_folder.FullName), JournalTuning.Options))
        {
            var faults = new List<string>();
            var store = new KeptLines { BeforeVisit = static () => throw new InvalidDataException("a table is damaged") };
            using var checkpoints = new Checkpoints(database, store, bytesBetween: 1, reached: 0, new CommitTally(), fault => faults.Add(fault.Message));
            Commit(1);
            checkpoints.Finish();
            store.BeforeVisit = null;
            Commit(2);
            Commit(3);
            checkpoints.Finish();
            Assert.Equal(["a table is damaged"], faults);

            void Commit(int number)
            {
                using var writer = new CommitWriter();
                var commit = TestCommit.Of(number, TestCommit.Line($"car{number}", number));
                database.Write(writer.Write(commit, checkpoints.Open), isSynced: true);
                store.Publish(commit);
                checkpoints.BeginIfDue(number);
            }
        }

        File.WriteAllText(Path.Combine(FolderOf(_folder.FullName), "JOURNAL"), "ProxyHerd journal 2\nAlford\n");
        using var again = Open(_folder.FullName, Checkpoints.BytesBetween, out var lines);
        Assert.Equal([TestCommit.Line("car1", 1), TestCommit.Line("car2", 2), TestCommit.Line("car3", 3)], lines.Lines.Values);
    }

    /// <summary>The process ends for it, which takes some seconds: nothing more is answered meanwhile.</summary>
    [Fact]
    public async Task WriteAsync_CheckpointHasFailed_FailsAsItDid()
    {
        using (var mayFail = new ManualResetEventSlim())
        using (var journal = Open(_folder.FullName, bytesBetween: 50, out var store))
        {
            store.BeforeVisit = () =>
            {
                mayFail.Wait(TimeSpan.FromSeconds(60));
                throw new InvalidDataException("a table is damaged");
            };
            await CommitAsync(journal, store, TestCommit.Of(1, TestCommit.Line("car", 1)));
            await CommitAsync(journal, store, TestCommit.Of(2, TestCommit.Line("kiwi", 2)));
            mayFail.Set();
            var fault = await journal.Fault.WaitAsync(TimeSpan.FromSeconds(30));

            Assert.Same(fault, await Assert.ThrowsAsync<JournalException>(() => CommitAsync(journal, store, TestCommit.Of(3, TestCommit.Line("kiwi", 3)))));
            Assert.Same(fault, await Assert.ThrowsAsync<JournalException>(async () => await journal.SyncAsync()));
        }

        using var again = Open(_folder.FullName, Checkpoints.BytesBetween, out var lines);
        Assert.Equal([TestCommit.Line("car", 1), TestCommit.Line("kiwi", 2)], lines.Lines.Values);
    }

    private static string FolderOf(string root) => Path.Combine(root, "Alford");

    private static RocksDbJournal Open(string root, long bytesBetween, out KeptLines lines)
    {
        var journal = new RocksDbJournal(JournalPlace.Below(root, "Alford"), Durability.Disk) { BytesBetweenCheckpoints = bytesBetween };
        lines = new KeptLines();
        journal.Recover(lines, lines);
        return journal;
    }

    private static async Task CommitAsync(RocksDbJournal journal, KeptLines store, CommitBatch commit)
    {
        await journal.WriteAsync(commit, isSynced: true);
        store.Publish(commit);
    }
}
