using System.Diagnostics;
using System.Globalization;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>A disk may take seconds for a table: what there is room for in memory does not wait for it.</summary>
public sealed class SlowTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task BeginIfDue_MadeWhileATableIsBeingWritten_WaitsForNone()
    {
        var folder = TestJournal.FolderOf(_folder.FullName);
        using var database = Database.Open(folder, JournalTuning.Options);
        var store = new KeptLines();
        using var checkpoints = new Checkpoints(
            database, store, bytesBetween: 1, tableBytesMin: 1, reached: 0, new CommitTally(), fault => Assert.Fail(fault.Message));
        Commit(1);
        checkpoints.Finish();
        var tables = MakePipesOfTables(folder);
        database.BeginTable();
        try
        {
            Assert.True(database.IsWritingATable);
            await Eventually.EndAsync("a commit", Task.Run(() => Commit(2)));
            await Eventually.EndAsync("the next", Task.Run(() => Commit(3)));
        }
        finally
        {
            // Whoever waits for one goes on, and fails, since a pipe cannot be synced: then the database deletes what it does not know.
            foreach (var table in tables)
                File.OpenHandle(table, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete).Dispose();
        }

        void Commit(int number)
        {
            using var writer = new CommitWriter();
            var commit = TestCommit.Of(number, TestCommit.Line($"car{number}", number));
            database.Write(writer.Write(commit, checkpoints.Open), isSynced: false);
            store.Publish(commit);
            checkpoints.BeginIfDue(number);
        }
    }

    /// <summary>Whoever opens the next table waits until somebody reads it.</summary>
    private static string[] MakePipesOfTables(string folder)
    {
        var inUse = Directory.EnumerateFiles(folder, "*.log").Max(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture));
        string[] tables = [.. Enumerable.Range(inUse + 1, 20).Select(
            next => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{next:d6}.sst")))];
        using var process = Process.Start("mkfifo", tables);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return tables;
    }
}
