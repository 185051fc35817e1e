using System.Globalization;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Checkpoints that fail, or that no run lives long enough to end.</summary>
public sealed class UnfinishedCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What it did not put among the lines stands in its commits alone, and the next one drops all commits.</summary>
    [Fact]
    public void BeginIfDue_OneHasFailed_BeginsNoOther()
    {
        using (var database = Database.Open(TestJournal.FolderOf(_folder.FullName), JournalTuning.Options))
        {
            var faults = new List<string>();
            var store = new KeptLines { BeforeVisit = static () => throw new InvalidDataException("a table is damaged") };
            using var checkpoints = new Checkpoints(database, store, bytesBetween: 1, Checkpoints.WorthATable, reached: 0, new CommitTally(), fault => faults.Add(fault.Message));
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

        File.WriteAllText(Path.Combine(TestJournal.FolderOf(_folder.FullName), "JOURNAL"), "ProxyHerd journal 2\nAlford\n");
        using var again = TestJournal.Open(_folder.FullName, out _, out var lines);
        Assert.Equal([TestCommit.Line("car1", 1), TestCommit.Line("car2", 2), TestCommit.Line("car3", 3)], lines.Lines.Values);
    }

    /// <summary>The process ends for it, which takes some seconds: nothing more is answered meanwhile.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WriteAsyncAndSyncAsync_CheckpointHasFailed_FailAsItDid(bool isSyncFirst)
    {
        using (var mayFail = new ManualResetEventSlim())
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 50))
        {
            store.BeforeVisit = () =>
            {
                mayFail.Wait(TimeSpan.FromSeconds(60));
                throw new InvalidDataException("a table is damaged");
            };
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(1, TestCommit.Line("car", 1)), isSynced: true);
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(2, TestCommit.Line("kiwi", 2)), isSynced: true);
            mayFail.Set();
            var fault = await journal.Fault.WaitAsync(TimeSpan.FromSeconds(30));

            if (isSyncFirst)
                Assert.Same(fault, await Assert.ThrowsAsync<JournalException>(async () => await journal.SyncAsync()));
            Assert.Same(fault, await Assert.ThrowsAsync<JournalException>(() => TestJournal.CommitAsync(journal, store, TestCommit.Of(3, TestCommit.Line("kiwi", 3)), isSynced: true)));
            Assert.Same(fault, await Assert.ThrowsAsync<JournalException>(async () => await journal.SyncAsync()));
        }

        using var again = TestJournal.Open(_folder.FullName, out _, out var lines);
        Assert.Equal([TestCommit.Line("car", 1), TestCommit.Line("kiwi", 2)], lines.Lines.Values);
    }

    /// <summary>
    /// Each run is killed before its first checkpoint ends, and leaves its commits to the next, which has to read them. Once
    /// there are so many, commits wait for it.
    /// </summary>
    [Fact]
    public async Task WriteAsync_EveryRunIsKilledBeforeItsCheckpointEnds_CommitsAreBounded()
    {
        const int BytesBetween = 10_000;
        const int BytesMax = 5 * BytesBetween;
        const int Runs = 8;
        var last = 0;
        for (var run = 0; run < Runs; run++)
        {
            using (var mayEnd = new ManualResetEventSlim())
            using (var journal = TestJournal.Open(RootOf(run), out _, out var store, bytesBetween: BytesBetween))
            {
                store.BeforeVisit = () => mayEnd.Wait(TimeSpan.FromSeconds(60));
                last = await CommitUntilItWaitsAsync(journal, store, last, commitsMax: 4 * BytesMax / 100);
                FolderCopy.Make(TestJournal.FolderOf(RootOf(run)), TestJournal.FolderOf(RootOf(run + 1)));
                mayEnd.Set();
            }

            Assert.InRange(TestJournal.CommitsIn(RootOf(run + 1)).Bytes, 1, BytesMax + 1000);
        }

        // A run that lives puts it right.
        using (var journal = TestJournal.Open(RootOf(Runs), out _, out var store, bytesBetween: BytesBetween))
        {
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(last + 1, TestCommit.Line("kiwi", last + 1)), isSynced: true);
            journal.Close();
        }

        Assert.InRange(TestJournal.CommitsIn(RootOf(Runs)).Bytes, 1, 1000);
        using var again = TestJournal.Open(RootOf(Runs), out _, out var lines, bytesBetween: BytesBetween);
        Assert.Equal(last + 1, lines.Lines.Keys.Max());
    }

    /// <summary>
    /// Commits until one has not been written for a while. Where the machine is too slow for that, fewer are written than could
    /// be: nothing fails by it.
    /// </summary>
    /// <returns>The last number that is written.</returns>
    private static async Task<int> CommitUntilItWaitsAsync(RocksDbJournal journal, KeptLines store, int last, int commitsMax)
    {
        for (var commits = 0; commits < commitsMax; commits++)
        {
            var commit = TestCommit.Of(last + 1, TestCommit.Line($"car{last % 30}", last + 1));
            var write = journal.WriteAsync(commit, isSynced: false).AsTask();
            if (await Task.WhenAny(write, Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System)) != write)
                break;
            await write;
            store.Publish(commit);
            last++;
        }

        return last;
    }

    private string RootOf(int run) => _folder.PathOf(string.Create(CultureInfo.InvariantCulture, $"{run}"));
}
