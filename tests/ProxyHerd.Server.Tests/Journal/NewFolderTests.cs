using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>A server's first start, which may end anywhere.</summary>
public sealed class NewFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Else a power cut takes all that is in it, synced or not: who names a folder is the one above it.</summary>
    [Fact]
    public void Recover_NewFolder_IsOnDiskBeforeTheDatabase()
    {
        var synced = new List<(string Folder, bool HasOwner, bool HasDatabase)>();
        for (var start = 0; start < 2; start++)
        {
            using var journal = Make(folder => synced.Add((folder, Has(folder, "JOURNAL"), Has(folder, "CURRENT"))));
            journal.Recover(new KeptLines(), new KeptLines());
        }

        Assert.Equal([(_folder.PathOf("a", "b", "Alford"), true, false)], synced);

        static bool Has(string folder, string file) => File.Exists(Path.Combine(folder, file));
    }

    [Fact]
    public void Recover_NewFolderCannotBeSynced_IsRefused()
    {
        using (var journal = Make(static folder => throw new IOException($"The folder '{folder}' cannot be synced: Input/output error")))
        {
            var refusal = Assert.Throws<JournalException>(() => journal.Recover(new KeptLines(), new KeptLines()));
            Assert.Contains("cannot be used: The folder '", refusal.Message, StringComparison.Ordinal);
        }

        using var again = Make(FolderSync.SyncUpwards);
        again.Recover(new KeptLines(), new KeptLines());
    }

    [Fact]
    public void SyncUpwards_AnyFolder_Returns()
    {
        FolderSync.SyncUpwards(_folder.FullName);
        FolderSync.SyncUpwards("/proc/self");
        FolderSync.SyncUpwards(_folder.PathOf("none"));
    }

    /// <summary>What RocksDB has made when a kill comes between the file that points to the database and the first log.</summary>
    [Fact]
    public async Task Recover_StartEndedBeforeTheFirstLog_StartsAgain()
    {
        const string FirstList =
            "DD0B831E2D000181402463316532633637322D626364372D3433"
            + "34312D396663622D663133633630333836373161020003020400";
        _folder.Write("a/b/Alford/JOURNAL", "ProxyHerd journal 2\nAlford\n");
        _folder.Write("a/b/Alford/IDENTITY", "c1e2c672-bcd7-4341-9fcb-f13c6038671a");
        _folder.Write("a/b/Alford/CURRENT", "MANIFEST-000001\n");
        File.WriteAllBytes(_folder.PathOf("a", "b", "Alford", "MANIFEST-000001"), Convert.FromHexString(FirstList));

        using (var journal = Make(FolderSync.SyncUpwards))
        {
            journal.Recover(new KeptLines(), new KeptLines());
            await journal.WriteAsync(TestCommit.Of(1, TestCommit.Line("kiwi", 1)), isSynced: true);
        }

        using var again = Make(FolderSync.SyncUpwards);
        var lines = new KeptLines();
        again.Recover(lines, lines);
        Assert.Equal([TestCommit.Line("kiwi", 1)], lines.Lines.Values);
    }

    /// <summary>A database that was open once has had a log ever since.</summary>
    [Fact]
    public async Task Recover_OnlyLogIsMissing_IsRefused()
    {
        using (var journal = Make(FolderSync.SyncUpwards))
        {
            journal.Recover(new KeptLines(), new KeptLines());
            await journal.WriteAsync(TestCommit.Of(1, TestCommit.Line("kiwi", 1)), isSynced: true);
        }

        File.Delete(Assert.Single(Directory.GetFiles(_folder.PathOf("a", "b", "Alford"), "*.log")));
        Assert.Empty(Directory.GetFiles(_folder.PathOf("a", "b", "Alford"), "*.sst"));

        using var again = Make(FolderSync.SyncUpwards);
        var refusal = Assert.Throws<JournalException>(() => again.Recover(new KeptLines(), new KeptLines()));
        Assert.Contains("is damaged", refusal.Message, StringComparison.Ordinal);
    }

    private RocksDbJournal Make(Action<string> sync) =>
        new(JournalPlace.Below(_folder.PathOf("a", "b"), "Alford"), Durability.Disk) { SyncFolder = sync };
}
