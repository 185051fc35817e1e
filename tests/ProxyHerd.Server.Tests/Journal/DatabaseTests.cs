using System.Text.Json.Nodes;
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
        database.Write(batch.Bytes, isSynced: false);

        var first = Assert.Throws<RocksDbException>(database.Sync);
        var second = Assert.Throws<RocksDbException>(database.Sync);
        var write = Assert.Throws<RocksDbException>(() => database.Write(batch.Bytes, isSynced: true));

        Assert.Contains("While fdatasync: ", first.Message, StringComparison.Ordinal);
        Assert.Contains("While fdatasync: ", write.Message, StringComparison.Ordinal);
        Assert.Equal([false, true, false], [first.IsOfAnother, second.IsOfAnother, write.IsOfAnother]);
    }

    /// <summary>RocksDB's own log says why each table was begun; by itself it leaves a log that is not synced.</summary>
    [Fact]
    public async Task Write_ByTwoThreadsThatFillItsMemory_IsNeverWhatBeginsATable()
    {
        const string Talkative = ";write_buffer_size=262144;arena_block_size=4096;info_log_level=INFO_LEVEL;max_log_file_size=0";
        using (var database = Database.Open(_folder.FullName, JournalTuning.Options + Talkative))
            await Task.WhenAll(Enumerable.Range(1, 2).Select(seed => Task.Run(() => Write(database, seed))));

        var reasons = File.ReadLines(Path.Combine(_folder.FullName, "LOG"))
            .Where(static line => line.Contains("\"flush_started\"", StringComparison.Ordinal))
            .Select(static line => (string?)JsonNode.Parse(line[line.IndexOf('{', StringComparison.Ordinal)..])!["flush_reason"])
            .ToList();
        Assert.True(reasons.Count > 10);
        Assert.All(reasons, static reason => Assert.Equal("Manual Flush", reason));
    }

    /// <summary>Entries of some 100 bytes as a checkpoint writes them, and of up to twice the memory as commits do.</summary>
    private static void Write(Database database, int seed)
    {
        var random = new Random(seed);
        using var batch = new BatchWriter();
        for (var count = 0; count < 300; count++)
        {
            batch.Clear();
            var entries = random.Next(1, 200);
            var valueBytes = count % 50 == 0 ? 1 << 19 : random.Next(1, 200);
            for (var entry = 0; entry < (count % 50 == 0 ? 1 : entries); entry++)
                batch.AddPut(JournalKeys.Line, BitConverter.GetBytes(random.Next()), valueBytes).Fill((byte)seed);
            database.Write(batch.Bytes, isSynced: count % 7 == 0);
        }
    }
}
