using Microsoft.Extensions.Time.Testing;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>
/// What is said to be on disk was synced, and nothing else is. The log is a way to a device that takes every byte and fails at
/// a sync, and only there: what fails has asked the operating system for one.
/// </summary>
public sealed class SyncTests : IDisposable
{
    /// <summary>No table is written of what fills it: then its log would not be needed any more, nor synced.</summary>
    private const string Unmerged = ";max_write_buffer_number=4;min_write_buffer_number_to_merge=3";

    /// <summary>So little fills a write buffer, upon which another log comes into use; the other tests write less.</summary>
    private const string SmallBuffer = ";write_buffer_size=65536;arena_block_size=4096" + Unmerged;

    /// <summary>Of 20 lines each: twice as many bytes as it holds.</summary>
    private const int CommitsABuffer = 100;

    /// <summary>Commits of 800 kB fit into it, and not the lines besides that a checkpoint makes of them.</summary>
    private const string BufferOfCommits = ";write_buffer_size=1048576" + Unmerged;

    private readonly TemporaryFolder _folder = new();
    private long _sequence;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteAsync_Synced_AsksForASync()
    {
        using var journal = Open(Durability.Disk);

        var failure = await Assert.ThrowsAsync<JournalException>(() => WriteAsync(journal, isSynced: true));

        Assert.Contains("While fdatasync: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(": what was answered is there.", failure.Message, StringComparison.Ordinal);
        Assert.Same(failure, await journal.Fault.WaitAsync(Eventually.Deadline));
    }

    [Fact]
    public async Task WriteAsync_NotSynced_AsksForNone()
    {
        using var journal = Open(Durability.EverySecond);

        await WriteAsync(journal, isSynced: false);
        await WriteAsync(journal, isSynced: false);
        Assert.False(journal.Fault.IsCompleted);

        var failure = await Assert.ThrowsAsync<JournalException>(() => Eventually.EndAsync("a sync", journal.SyncAsync().AsTask()));
        Assert.Contains("While fdatasync: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(": what was answered is there, but maybe for the last second's.", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Else a power cut may take the end of the one that was left, and spare the beginning of the next.</summary>
    [Fact]
    public async Task WriteAsync_NotSyncedIntoAnotherLog_AsksForASyncOfTheOneBefore()
    {
        using var journal = Open(Durability.EverySecond);

        var failure = await Assert.ThrowsAsync<JournalException>(async () =>
        {
            for (var written = 0; written < CommitsABuffer; written++)
                await WriteAsync(journal, isSynced: false);
        });

        Assert.Contains("While fdatasync: ", failure.Message, StringComparison.Ordinal);
        AssertNothingIsInAnotherLog();
    }

    /// <summary>However large it is: more may stand in the log that comes into use than stood in the one that is left.</summary>
    [Fact]
    public async Task WriteAsync_NotSyncedAndLargerThanTheOneBefore_AsksForASyncOfItsLog()
    {
        using var journal = Open(Durability.EverySecond, new KeptLines(), BufferOfCommits, Checkpoints.BytesBetween);

        await Eventually.EndAsync("a write", journal.WriteAsync(CommitOf(1, 20_000), isSynced: false).AsTask());
        var failure = await Assert.ThrowsAsync<JournalException>(
            () => Eventually.EndAsync("a sync", journal.WriteAsync(CommitOf(20_001, 40_000), isSynced: false).AsTask()));

        Assert.Contains("While fdatasync: ", failure.Message, StringComparison.Ordinal);
        AssertNothingIsInAnotherLog();
    }

    /// <summary>
    /// As of a commit, and whatever the durability: what a checkpoint writes is synced with the next commit, which may be long. With
    /// <c>Disk</c> no commit before it has looked, nor will one.
    /// </summary>
    [Theory]
    [InlineData(Durability.EverySecond)]
    [InlineData(Durability.Disk)]
    public async Task Checkpoint_IntoAnotherLog_AsksForASyncOfTheOneBefore(Durability durability)
    {
        const int Commits = 12;
        using var mayGoOn = new ManualResetEventSlim();
        var lines = new KeptLines { BeforeVisit = () => mayGoOn.Wait(Eventually.Deadline) };
        using var journal = OpenOnDisk(durability, lines, BufferOfCommits, bytesBetween: 400_000);
        try
        {
            for (var number = 1; number < Commits * 1000; number += 1000)
            {
                var isSynced = durability == Durability.Disk;
                await Eventually.EndAsync("a write", TestJournal.CommitAsync(journal, lines, CommitOf(number, 1000), isSynced));
            }

            NullDeviceLog.Put(TestJournal.FolderOf(_folder.FullName));
            Assert.False(journal.Fault.IsCompleted);
        }
        finally
        {
            mayGoOn.Set();
        }

        Assert.Contains("While fdatasync: ", (await Eventually.EndAsync("a sync", journal.Fault)).Message, StringComparison.Ordinal);
        AssertNothingIsInAnotherLog();
    }

    [Fact]
    public void WriteBoots_Always_AsksForASync()
    {
        using var journal = Open(Durability.EverySecond);

        var failure = Assert.Throws<JournalException>(() => journal.WriteBoots([new BootRecord(7, _sequence)]));

        Assert.Contains("While fdatasync: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Close_WrittenAndNotSynced_AsksForASync()
    {
        using var journal = Open(Durability.EverySecond);

        await WriteAsync(journal, isSynced: false);

        Assert.Contains("While fdatasync: ", Assert.Throws<JournalException>(journal.Close).Message, StringComparison.Ordinal);
    }

    /// <summary>The committer's part: with <c>Disk</c> the first commit is synced, with <c>EverySecond</c> none until a second is over.</summary>
    [Theory]
    [InlineData(Durability.Disk)]
    [InlineData(Durability.DiskAndNeighbour)]
    [InlineData(Durability.EverySecond)]
    public async Task Committer_EachDurability_SyncsWhenItSays(Durability durability)
    {
        using var journal = Open(durability);
        var time = new FakeTimeProvider();
        var store = new LocationStore(new LocationLimits(), time, hashSeed: 5, shards: 4);
        var committer = new Committer(store, new Feed(time), journal, time);

        if (durability == Durability.EverySecond)
        {
            for (var i = 1; i <= 20; i++)
                await CommitAsync(i);
            time.Advance(TimeSpan.FromMilliseconds(999));
            await CommitAsync(21);
            Assert.False(committer.Failure.IsCompleted);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
        else
        {
            await Assert.ThrowsAsync<JournalException>(() => CommitAsync(1));
        }

        var failure = await Eventually.EndAsync("the sync that is due", committer.Failure);
        Assert.Contains("While fdatasync: ", failure.Message, StringComparison.Ordinal);

        Task CommitAsync(int number)
        {
            var line = TestCommit.Bytes(TestCommit.Line($"car{number}", number));
            Assert.True(AtLine.TryParse(line, out var at));
            var acceptance = store.AcceptFromNeighbour(at, line, origin: 0, store.NowNanoseconds);
            Assert.Equal(AcceptOutcome.Accepted, acceptance.Outcome);
            return Eventually.EndAsync($"commit {number}", committer.WaitAsync(acceptance.Commit).AsTask());
        }
    }

    /// <summary>A journal whose log in use is that device.</summary>
    private RocksDbJournal Open(Durability durability) => Open(durability, new KeptLines(), SmallBuffer, Checkpoints.BytesBetween);

    private RocksDbJournal Open(Durability durability, KeptLines lines, string buffer, long bytesBetween)
    {
        var journal = OpenOnDisk(durability, lines, buffer, bytesBetween);
        NullDeviceLog.Put(TestJournal.FolderOf(_folder.FullName));
        return journal;
    }

    private RocksDbJournal OpenOnDisk(Durability durability, KeptLines lines, string buffer, long bytesBetween)
    {
        var journal = new RocksDbJournal(JournalPlace.Below(_folder.FullName, "Alford"), durability)
        {
            Options = JournalTuning.Options + buffer,
            BytesBetweenCheckpoints = bytesBetween,
        };
        journal.Recover(lines, lines);
        return journal;
    }

    /// <summary>All that was written went to the device, whose name still has what came before it.</summary>
    private void AssertNothingIsInAnotherLog()
    {
        var logs = Directory.GetFiles(TestJournal.FolderOf(_folder.FullName), "*.log").Order(StringComparer.Ordinal).ToList();
        Assert.All(logs.Skip(1), log => Assert.False(LogEnd.Find(log).HasData));
    }

    private static CommitBatch CommitOf(int first, int count) =>
        TestCommit.Of(first, [.. Enumerable.Range(first, count).Select(i => TestCommit.Line($"car{i}", i))]);

    private Task WriteAsync(RocksDbJournal journal, bool isSynced)
    {
        var commit = TestCommit.Of(_sequence + 1, [.. Enumerable.Range(1, 20).Select(i => TestCommit.Line($"car{i}", i))]);
        _sequence = commit.LastSequence;
        return Eventually.EndAsync("a write", journal.WriteAsync(commit, isSynced).AsTask());
    }
}
