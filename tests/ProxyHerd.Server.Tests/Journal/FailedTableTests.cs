using System.Globalization;
using ProxyHerd.Server.Journal;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Tables are written beside the commits: what fails there ends the journal too, before its memory is full.</summary>
public sealed class FailedTableTests : IDisposable
{
    /// <summary>A hundred times what a write buffer holds here.</summary>
    private const int CommitsMax = 4000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteAsync_TableCannotBeWritten_FailsAndKeepsWhatWasAnswered()
    {
        var folder = TestJournal.FolderOf(_folder.FullName);
        var answered = 0;
        using (var journal = TestJournal.Open(_folder.FullName, out _, out _, options: JournalTuning.Options + ";write_buffer_size=65536"))
        {
            var inUse = Directory.EnumerateFiles(folder, "*.log").Max(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture));
            for (var next = inUse + 1; next <= inUse + 20; next++)
                File.CreateSymbolicLink(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{next:d6}.sst")), "/dev/full");

            var failure = await Assert.ThrowsAsync<JournalException>(async () =>
            {
                for (; answered < CommitsMax; answered++)
                {
                    var commit = TestCommit.Of((answered * 20) + 1, [.. Enumerable.Range(1, 20).Select(i => TestCommit.Line($"car{i}", answered + 1))]);
                    await Eventually.EndAsync("a write", journal.WriteAsync(commit, isSynced: true).AsTask());
                }
            });

            Assert.Contains("could not be written: ", failure.Message, StringComparison.Ordinal);
            Assert.Contains(".sst: No space left on device", failure.Message, StringComparison.Ordinal);
            Assert.Same(failure, await Assert.ThrowsAsync<JournalException>(async () => await journal.SyncAsync()));
        }

        foreach (var link in Directory.EnumerateFiles(folder, "*.sst").Where(static file => new FileInfo(file).LinkTarget is not null))
            File.Delete(link);
        using var again = TestJournal.Open(_folder.FullName, out var state, out var lines);
        Assert.InRange(state.LastSequence, 20 * answered, 20 * (answered + 1));
        Assert.All(lines.Lines.Keys, number => Assert.True(number > state.LastSequence - 20));
        Assert.Equal(20, lines.Lines.Count);
    }
}
