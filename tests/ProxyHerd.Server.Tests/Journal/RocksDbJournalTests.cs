using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

public sealed class RocksDbJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recover_NewFolder_HoldsNothing()
    {
        using var journal = Open(out var state, out var lines);

        Assert.Empty(lines.Lines);
        Assert.Equal((0, 0, 0L), (state.Boots.Count, state.Positions.Count, state.LastSequence));
    }

    [Fact]
    public async Task Recover_AfterClose_HoldsWhatWasWritten()
    {
        NeighbourPosition parker = new("Parker", 0xFEDC_BA98_7654_3210, 77), powell = new("Pöwell", 1, 0), older = new("Parker", 5, 3);
        BootRecord[] boots = [new(ulong.MaxValue, 12), new(1, 0), new(3, long.MaxValue)];
        using (var journal = Open(out _, out _))
        {
            journal.WriteBoots(boots[..1]);
            await journal.WriteAsync(TestCommit.Of(1, [TestCommit.Bytes(Line("kiwi", 1)), TestCommit.Bytes(Line("car", 1))], [older]), isSynced: true);
            journal.WriteBoots(boots);
            await journal.WriteAsync(TestCommit.Of(3, [TestCommit.Bytes(Line("kiwi", 2))], [parker, powell]), isSynced: true);
            journal.Close();
        }

        using var again = Open(out var state, out var lines);
        Assert.Equal(new Dictionary<long, string> { [2] = Line("car", 1), [3] = Line("kiwi", 2) }, lines.Lines);
        Assert.Equal(boots, state.Boots);
        Assert.Equal([parker, powell], state.Positions.OrderBy(position => position.Neighbour, StringComparer.Ordinal));
        Assert.Equal(3, state.LastSequence);
    }

    [Fact]
    public async Task Recover_RemovedClient_IsGoneAndItsNumberIsNotGivenAgain()
    {
        using (var journal = Open(out _, out _))
        {
            await journal.WriteAsync(TestCommit.Of(1, Line("kiwi", 1), Line("car", 1)), isSynced: true);
            await journal.WriteAsync(TestCommit.Of(3, "-" + Line("kiwi", 1)), isSynced: true);
            journal.Close();
        }

        using var again = Open(out var state, out var lines);
        Assert.Equal([Line("car", 1)], lines.Lines.Values);
        Assert.Equal(3, state.LastSequence);
    }

    /// <summary>Every byte that a client ID may hold, the shortest and the longest ID, and the longest line.</summary>
    [Fact]
    public async Task Recover_AnyClientIdsAndLongLines_AreTheSameBytes()
    {
        var bytes = new string([.. Enumerable.Range(0x21, 0xDF).Where(value => value != 0x7F).Select(value => (char)value)]);
        string[] written =
        [
            .. bytes.Select(letter => Line(letter.ToString(), 1)),
            Line(bytes, 1), Line(new string('\u00FF', 255), 1), Line(new string('x', 127), 1), Line(new string('x', 128), 1),
            Line("long", 1).Replace("AT Alford", "AT " + new string('s', 8000), StringComparison.Ordinal),
        ];
        using (var journal = Open(out _, out _))
        {
            await journal.WriteAsync(TestCommit.Of(1, written), isSynced: true);
            journal.Close();
        }

        using var again = Open(out _, out var lines);
        Assert.Equal(written, lines.Lines.Values);
    }

    [Fact]
    public async Task Recover_LargeCommits_AreWhole()
    {
        using (var journal = Open(out _, out _))
        {
            for (var first = 1; first <= 200_000; first += 50_000)
                await journal.WriteAsync(TestCommit.Of(first, [.. Enumerable.Range(first, 50_000).Select(i => Line($"car{i}", i))]), isSynced: false);
            await journal.SyncAsync();
            journal.Close();
        }

        using var again = Open(out var state, out var lines);
        Assert.Equal(Enumerable.Range(1, 200_000).Select(i => Line($"car{i}", i)), lines.Lines.Values);
        Assert.Equal(200_000, state.LastSequence);
    }

    /// <summary>What a kill leaves is what stands in the folder while the journal is open.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recover_CopyOfAnOpenFolder_HoldsWhatWasSynced(bool isSyncedByItself)
    {
        using var copy = new TemporaryFolder();
        using (var journal = Open(out _, out _))
        {
            for (var i = 1; i <= 100; i++)
                await journal.WriteAsync(TestCommit.Of(i, Line($"car{i % 7}", i)), isSyncedByItself);
            if (!isSyncedByItself)
                await journal.SyncAsync();
            FolderCopy.Make(_folder.PathOf("Alford"), copy.PathOf("Alford"));
        }

        using var again = TestJournal.Open(copy.FullName, out var state, out var lines);
        Assert.Equal(Enumerable.Range(94, 7).Select(i => Line($"car{i % 7}", i)), lines.Lines.Values);
        Assert.Equal(100, state.LastSequence);
    }

    /// <summary>Every start makes a table of the log before it.</summary>
    [Fact]
    public async Task Recover_ManyTimes_TablesAreMerged()
    {
        const int Starts = 12;
        for (var i = 1; i <= Starts; i++)
        {
            using var journal = Open(out _, out _);
            await journal.WriteAsync(TestCommit.Of(i, Line($"car{i}", i)), isSynced: true);
            journal.Close();
        }

        using var again = Open(out _, out var lines);
        await Eventually.BeAsync("few tables", () => Directory.GetFiles(_folder.PathOf("Alford"), "*.sst").Length <= Starts / 2);
        Assert.Equal(Starts, lines.Lines.Count);
    }

    /// <summary>A loop that writes one commit after another never leaves the journal's thread.</summary>
    [Fact]
    public async Task WriteAsync_WhoeverAwaits_GoesOnOnTheJournalsThread()
    {
        using var journal = Open(out _, out _);
        var threads = await Task.Run(async () =>
        {
            var names = new List<string?>();
            for (var i = 1; i <= 100; i++)
            {
                await journal.WriteAsync(TestCommit.Of(i, Line("kiwi", i)), isSynced: false);
                names.Add(Thread.CurrentThread.Name);
            }

            await journal.SyncAsync();
            names.Add(Thread.CurrentThread.Name);
            return names;
        });

        // The first may be done before they are awaited; from the journal's own thread none can.
        var there = threads.SkipWhile(static name => name != "Journal Alford").ToList();
        Assert.NotEmpty(there);
        Assert.All(there, static name => Assert.Equal("Journal Alford", name));
        journal.Close();
    }

    [Fact]
    public async Task WriteAsync_AfterClose_Fails()
    {
        using var journal = Open(out _, out _);
        journal.Close();

        await Assert.ThrowsAnyAsync<IOException>(async () => await journal.WriteAsync(TestCommit.Of(1, Line("kiwi", 1)), isSynced: true));
        await Assert.ThrowsAnyAsync<IOException>(async () => await journal.SyncAsync());
        Assert.False(journal.Fault.IsCompleted);
        journal.Close();
    }

    private static string Line(string client, int time) => TestCommit.Line(client, time);

    private RocksDbJournal Open(out JournalState state, out KeptLines lines) => TestJournal.Open(_folder.FullName, out state, out lines);
}
