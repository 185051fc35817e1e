using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

public sealed class DatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Whoever meets an error that another thread had before knows it by its text alone, and that is RocksDB's.</summary>
    [Fact]
    public void Sync_OfALogWhoseSyncFailed_SaysThatAnotherFailed()
    {
        using var database = Database.Open(_folder.FullName, JournalTuning.Options);
        using var batch = new BatchWriter();
        batch.Clear();
        batch.AddDeletion(JournalKeys.Line, "car"u8);
        NullDeviceLog.Put(_folder.FullName);
        Assert.False(database.Write(batch.Bytes, isSynced: false));

        var first = Assert.Throws<RocksDbException>(database.Sync);
        var second = Assert.Throws<RocksDbException>(database.Sync);
        var write = Assert.Throws<RocksDbException>(() => database.Write(batch.Bytes, isSynced: true));

        Assert.Contains("While fdatasync: ", first.Message, StringComparison.Ordinal);
        Assert.Contains("While fdatasync: ", write.Message, StringComparison.Ordinal);
        Assert.Equal([false, true, false], [first.IsOfAnother, second.IsOfAnother, write.IsOfAnother]);
    }
}
