using System.Buffers.Binary;
using System.IO.Hashing;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Commits become lines by client, and whatever happens meanwhile, what is read is what was written.</summary>
public sealed class CheckpointTests : IDisposable
{
    private const int Clients = 40;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(7);
    private readonly SortedDictionary<string, (long Sequence, string Line)> _model = new(StringComparer.Ordinal);
    private long _lastSequence;

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// A copy of the open folder is what a kill leaves, here in the middle of a checkpoint as often as not. What is damaged in
    /// memory, and then forgotten there, the journal still has. With a table after each checkpoint the kill falls while one is
    /// written, too, or between two logs.
    /// </summary>
    [Theory]
    [InlineData(Checkpoints.WorthATable)]
    [InlineData(0)]
    public async Task Recover_KilledAndClosedAnywhere_HoldsTheNewestOfEachClient(long tableBytesMin)
    {
        for (var start = 0; start < 20; start++)
        {
            using var journal = TestJournal.Open(_folder.FullName, out var state, out var store, bytesBetween: 3000, tableBytesMin: tableBytesMin);
            AssertModel(state, store);
            for (var copies = 0; copies < 5; copies++)
            {
                for (var commits = _random.Next(60); commits > 0; commits--)
                {
                    await TestJournal.CommitAsync(journal, store, NextCommit(), isSynced: commits % 8 == 0);
                    await DamageNowAndThenAsync(journal, store);
                }

                using var copy = new TemporaryFolder();
                await journal.SyncAsync();
                FolderCopy.Make(_folder.PathOf("Alford"), copy.PathOf("Alford"));
                using var killed = TestJournal.Open(copy.FullName, out state, out var lines, bytesBetween: 3000);
                AssertModel(state, lines);
            }

            journal.Close();
        }

        Assert.True(_lastSequence > 10_000, $"only {_lastSequence} updates were made");
    }

    /// <summary>A cut may fall between the lines of a checkpoint, or before it drops the commits.</summary>
    [Fact]
    public async Task Recover_LogCutAnywhere_HoldsSomeCommitAndAllBefore()
    {
        var history = new Dictionary<long, (long Sequence, string Line)[]> { [0] = [] };
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 3000))
        {
            for (var commits = 0; commits < 300; commits++)
            {
                await TestJournal.CommitAsync(journal, store, NextCommit(), isSynced: false);
                history[_lastSequence] = [.. _model.Values.OrderBy(value => value.Sequence)];
                await DamageNowAndThenAsync(journal, store);
                history[_lastSequence] = [.. _model.Values.OrderBy(value => value.Sequence)];
            }

            journal.Close();
        }

        var log = Directory.GetFiles(_folder.PathOf("Alford"), "*.log").Max(StringComparer.Ordinal)!;
        var length = (int)new FileInfo(log).Length;
        for (var cuts = 0; cuts < 100; cuts++)
        {
            using var copy = new TemporaryFolder();
            FolderCopy.Make(_folder.PathOf("Alford"), copy.PathOf("Alford"));
            using (var file = File.OpenWrite(copy.PathOf("Alford", Path.GetFileName(log))))
                file.SetLength(_random.Next(length));
            using var cut = TestJournal.Open(copy.FullName, out var state, out var lines, bytesBetween: 3000);
            Assert.Equal(history[state.LastSequence], lines.Lines.Select(pair => (pair.Key, pair.Value)));
        }
    }

    [Fact]
    public async Task WriteAsync_SameClientsAgainAndAgain_FolderStaysSmall()
    {
        long written = 0;
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 1 << 20))
        {
            while (written < 100 << 20)
            {
                var commit = TestCommit.Of(_lastSequence + 1, [.. Enumerable.Range(0, 2000).Select(i => TestCommit.Line($"car{i}", (int)_lastSequence))]);
                _lastSequence = commit.LastSequence;
                await TestJournal.CommitAsync(journal, store, commit, isSynced: false);
                written += 2000 * 70;
            }

            journal.Close();
        }

        using var again = TestJournal.Open(_folder.FullName, out var state, out var lines, bytesBetween: 1 << 20);
        Assert.Equal((2000, _lastSequence), (lines.Lines.Count, state.LastSequence));
        Assert.All(lines.Lines.Keys, sequence => Assert.True(sequence > _lastSequence - 2000));

        // A file that a merge deletes meanwhile counts nothing; one that is there is looked at once, for both.
        await Eventually.BeAsync("a small folder", () => Directory.GetFiles(_folder.PathOf("Alford"))
            .Select(file => new FileInfo(file)).Where(file => file.Exists).Sum(file => file.Length) < written / 2);
    }

    /// <summary>The commits that a checkpoint drops are dropped before a table is made, though they would not have filled one's memory.</summary>
    [Fact]
    public async Task WriteAsync_CheckpointMade_TableHasTheLinesAlone()
    {
        const int Between = 40 << 20;
        using var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: Between);
        for (var written = 0; written < Between; written += 2000 * TestCommit.Line("car0", 1).Length)
            await CommitAsync(2000);

        await Eventually.GetAsync("a table", MakeATableAsync, isMade => isMade);
        Assert.All(Tables(), table => Assert.InRange(table.Length, 0, Between / 20));
        var log = Directory.GetFiles(_folder.PathOf("Alford"), "*.log").Max(StringComparer.Ordinal)!;
        Assert.InRange(new FileInfo(log).Length, 0, Between / 2);
        journal.Close();

        using var again = TestJournal.Open(_folder.FullName, out var state, out var lines, bytesBetween: Between);
        Assert.Equal((2000, _lastSequence), (lines.Lines.Count, state.LastSequence));

        async Task<bool> MakeATableAsync()
        {
            await CommitAsync(1);
            return Tables().Any(table => table.Length > 0);
        }

        IEnumerable<FileInfo> Tables() => new DirectoryInfo(_folder.PathOf("Alford")).EnumerateFiles("*.sst");

        Task CommitAsync(int updates)
        {
            var commit = TestCommit.Of(_lastSequence + 1, [.. Enumerable.Range(0, updates).Select(i => TestCommit.Line($"car{i}", (int)_lastSequence))]);
            _lastSequence = commit.LastSequence;
            return TestJournal.CommitAsync(journal, store, commit, isSynced: false);
        }
    }

    /// <summary>What earlier runs left counts too: else the commits of many short ones would pile up without end.</summary>
    [Fact]
    public async Task Recover_AfterManyShortRuns_CommitsDoNotPileUp()
    {
        const int Runs = 30;
        for (var run = 1; run <= Runs; run++)
        {
            // Each run writes a fraction of what lies between two checkpoints.
            using var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 500);
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(run, TestCommit.Line("kiwi", run)), isSynced: true);
            journal.Close();
        }

        Assert.InRange(TestJournal.CommitsIn(_folder.FullName).Count, 1, Runs - 1);
        using var again = TestJournal.Open(_folder.FullName, out var state, out var lines, bytesBetween: 500);
        Assert.Equal(Runs, state.LastSequence);
        Assert.Equal([TestCommit.Line("kiwi", Runs)], lines.Lines.Values);
    }

    /// <summary>What was removed by an earlier run, or was damaged then, the next checkpoint still knows.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recover_MuchIsLeft_OneCheckpointTakesItAll(bool hasLeftOut)
    {
        const int Left = 100;
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 300))
        {
            // A checkpoint has put it among the lines.
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(1, TestCommit.Line("gone", 1), TestCommit.Line("lost", 1)), isSynced: false);
            for (var commit = 3; commit <= 9; commit++)
                await TestJournal.CommitAsync(journal, store, TestCommit.Of(commit, TestCommit.Line("kiwi", commit)), isSynced: false);
            journal.Close();
        }

        Assert.InRange(TestJournal.CommitsIn(_folder.FullName).Count, 0, 7);
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: long.MaxValue))
        {
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(10, "-" + TestCommit.Line("gone", 1)), isSynced: false);
            if (hasLeftOut)
                await LoseAsync(journal, store, 11, "lost", TestCommit.Line("lost", 1));
            else
                await TestJournal.CommitAsync(journal, store, TestCommit.Of(11, TestCommit.Line("lost", 2)), isSynced: false);
            for (var commit = 12; commit <= Left; commit++)
                await TestJournal.CommitAsync(journal, store, TestCommit.Of(commit, TestCommit.Line($"car{commit % Clients}", commit)), isSynced: false);
            journal.Close();
        }

        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 1000))
        {
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(Left + 1, TestCommit.Line("new", 1)), isSynced: false);
            journal.Close();
        }

        Assert.Equal(1, TestJournal.CommitsIn(_folder.FullName).Count);
        using var again = TestJournal.Open(_folder.FullName, out var state, out var lines);
        Assert.Equal(Left + 1, state.LastSequence);
        Assert.Equal(
            [TestCommit.Line("kiwi", 9), .. hasLeftOut ? [] : new[] { TestCommit.Line("lost", 2) }, TestCommit.Line("new", 1)],
            lines.Lines.Values.Where(line => !line.Contains(" car", StringComparison.Ordinal) && (!hasLeftOut || !line.Contains(" lost ", StringComparison.Ordinal))));
        Assert.Equal(hasLeftOut, lines.Lines.ContainsValue(TestCommit.Line("lost", 1)));
        Assert.Equal(Clients + 3, lines.Lines.Count);
    }

    /// <summary>A disk may be slower than a stop may take; the next start reads the commits again.</summary>
    [Fact]
    public async Task EndWithin_CheckpointTakesTooLong_IsBrokenOff()
    {
        string[] lines = [.. Enumerable.Range(1, 30_000).Select(i => TestCommit.Line($"car{i}", i))];
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store))
        {
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(1, lines), isSynced: false);
            journal.Close();
        }

        using (var database = Database.Open(_folder.PathOf("Alford"), JournalTuning.Options))
        using (var mayGoOn = new ManualResetEventSlim())
        {
            var store = new KeptLines();
            store.Publish(TestCommit.Of(1, lines));
            store.BeforeVisit = () => mayGoOn.Wait(TimeSpan.FromSeconds(30));
            var commits = new CommitTally();
            commits.Add(1);
            using var checkpoints = new Checkpoints(database, store, bytesBetween: 1, Checkpoints.WorthATable, reached: 0, commits, fault => Assert.Fail(fault.Message));
            checkpoints.BeginIfDue(lines.Length);
            checkpoints.EndWithin(TimeSpan.Zero);
            mayGoOn.Set();
            checkpoints.Finish();
        }

        Assert.Equal(1, TestJournal.CommitsIn(_folder.FullName).Count);
        using var again = TestJournal.Open(_folder.FullName, out var state, out var kept);
        Assert.Equal(lines.Length, state.LastSequence);
        Assert.Equal(lines, kept.Lines.Values);
    }

    /// <summary>The store may have lost what it had, and the commits still hold it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WriteAsync_LineDamagedInMemory_CheckpointKeepsIt(bool isForgotten)
    {
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 500))
        {
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(1, TestCommit.Line("a", 1), TestCommit.Line("b", 1)), isSynced: false);
            store.Damage("a");
            if (isForgotten)
                await LoseAsync(journal, store, 3, "a", TestCommit.Line("a", 1));
            for (var commit = isForgotten ? 4 : 3; commit <= 40; commit++)
                await TestJournal.CommitAsync(journal, store, TestCommit.Of(commit, TestCommit.Line("b", commit)), isSynced: false);
            journal.Close();
        }

        Assert.InRange(TestJournal.CommitsIn(_folder.FullName).Count, 0, 20);
        using var again = TestJournal.Open(_folder.FullName, out _, out var lines);
        Assert.Equal([TestCommit.Line("a", 1), TestCommit.Line("b", 40)], lines.Lines.Values);
    }

    /// <summary>The commit that removes it from the store comes behind those that the checkpoint takes.</summary>
    [Fact]
    public async Task WriteAsync_LineForgottenWhileACheckpointRuns_CheckpointKeepsIt()
    {
        using (var mayGoOn = new ManualResetEventSlim())
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 100))
        {
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(1, TestCommit.Line("a", 1), TestCommit.Line("b", 1)), isSynced: false);
            store.BeforeVisit = () => mayGoOn.Wait(TimeSpan.FromSeconds(30));
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(3, TestCommit.Line("c", 1)), isSynced: false);
            await LoseAsync(journal, store, 4, "a", TestCommit.Line("a", 1));
            mayGoOn.Set();
            journal.Close();
        }

        Assert.Equal(2, TestJournal.CommitsIn(_folder.FullName).Count);
        using var again = TestJournal.Open(_folder.FullName, out _, out var lines);
        Assert.Equal([TestCommit.Line("a", 1), TestCommit.Line("b", 1), TestCommit.Line("c", 1)], lines.Lines.Values);
    }

    /// <summary>A line that was found damaged in memory leaves a hole, also at a commit's end; the numbers go on behind it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Recover_LineLeftOut_KeepsTheOthersAndTheNumbers(int damaged)
    {
        string[] written = [TestCommit.Line("a", 1), TestCommit.Line("b", 1), TestCommit.Line("c", 1)];
        var commit = TestCommit.Of(1, written);
        commit.Parts[0].Updates[damaged].IsDamaged = true;
        using (var journal = TestJournal.Open(_folder.FullName, out _, out _))
        {
            await journal.WriteAsync(commit, isSynced: true);
            await journal.WriteAsync(TestCommit.Of(4, TestCommit.Line("d", 1)), isSynced: true);
            journal.Close();
        }

        using var again = TestJournal.Open(_folder.FullName, out var state, out var lines);
        Assert.Equal(4, state.LastSequence);
        Assert.Equal(written.Where((_, i) => i != damaged).Append(TestCommit.Line("d", 1)), lines.Lines.Values);
    }

    [Fact]
    public async Task Recover_CommitMissing_IsRefused()
    {
        using (var journal = TestJournal.Open(_folder.FullName, out _, out _))
        {
            for (var i = 1; i <= 9; i++)
                await journal.WriteAsync(TestCommit.Of(i, TestCommit.Line("kiwi", i)), isSynced: true);
            journal.Close();
        }

        for (var missing = 1; missing <= 9; missing++)
        {
            using var copy = new TemporaryFolder();
            FolderCopy.Make(_folder.PathOf("Alford"), copy.PathOf("Alford"));
            TestJournal.Change(copy.FullName, batch => batch.AddDeletion(JournalKeys.Commit, CommitEntry.NameOf(missing, stackalloc byte[8])));
            var refusal = Assert.Throws<JournalException>(() => TestJournal.Open(copy.FullName, out _, out _));
            Assert.Contains("is damaged", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("start again from the neighbours", refusal.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>No number is beyond the highest that was given, and none is before the first.</summary>
    [Theory]
    [InlineData(4, true)]
    [InlineData(0, true)]
    [InlineData(-1, true)]
    [InlineData(4, false)]
    public async Task Recover_NumberThatWasNotGiven_IsRefused(long number, bool isLine)
    {
        using (var journal = TestJournal.Open(_folder.FullName, out _, out _))
        {
            await journal.WriteAsync(TestCommit.Of(1, TestCommit.Line("a", 1), TestCommit.Line("b", 1), TestCommit.Line("c", 1)), isSynced: true);
            journal.Close();
        }

        var line = TestCommit.Bytes(TestCommit.Line("kiwi", 1));
        TestJournal.Change(_folder.FullName, batch =>
        {
            if (isLine)
            {
                CommitWriter.AddLine(batch, "kiwi"u8, number, XxHash3.HashToUInt64(line), line);
                return;
            }

            batch.BeginPut(JournalKeys.Commit, CommitEntry.NameOf(number, stackalloc byte[8]));
            CommitEntry.Append(batch, new CommittedUpdate(number, line, XxHash3.HashToUInt64(line), TestCommit.ClientIdOffsetOf(line), isRemoval: false));
            batch.EndPut();
        });

        var refusal = Assert.Throws<JournalException>(() => TestJournal.Open(_folder.FullName, out _, out _));
        Assert.Contains(isLine ? $"a line has the number {number}, " : "a commit ends with the number 4 instead of 3", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What the store did not take from the journal it can't give back to it, and the commits still have it.</summary>
    [Fact]
    public async Task Recover_StoreDoesNotTakeALine_NextCheckpointKeepsIt()
    {
        using (var journal = TestJournal.Open(_folder.FullName, out _, out _))
        {
            await journal.WriteAsync(TestCommit.Of(1, TestCommit.Line("a", 1), TestCommit.Line("b", 1), TestCommit.Line("gone", 1)), isSynced: true);
            await journal.WriteAsync(TestCommit.Of(4, "-" + TestCommit.Line("gone", 1)), isSynced: true);
            journal.Close();
        }

        using (var journal = new RocksDbJournal(JournalPlace.Below(_folder.FullName, "Alford"), Durability.Disk) { BytesBetweenCheckpoints = 1 })
        {
            var store = new KeptLines { NotTaken = "a" };
            journal.Recover(store, store);
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(5, TestCommit.Line("c", 1)), isSynced: false);
            journal.Close();
        }

        Assert.Equal(1, TestJournal.CommitsIn(_folder.FullName).Count);
        using var again = TestJournal.Open(_folder.FullName, out _, out var lines);
        Assert.Equal([TestCommit.Line("a", 1), TestCommit.Line("b", 1), TestCommit.Line("c", 1)], lines.Lines.Values);
    }

    /// <summary>Format 1 had lines by client alone. It is read, goes on as the present one, and is not refused after either.</summary>
    [Fact]
    public async Task Recover_Format1_IsReadAndGoesOn()
    {
        Directory.CreateDirectory(_folder.PathOf("Alford"));
        File.WriteAllText(_folder.PathOf("Alford", "JOURNAL"), "ProxyHerd journal 1\nAlford\n");
        TestJournal.Change(_folder.FullName, static batch =>
        {
            foreach (var (client, sequence) in new[] { ("car", 2), ("kiwi", 5) })
            {
                var line = TestCommit.Bytes(TestCommit.Line(client, sequence));
                var value = batch.AddPut(JournalKeys.Line, TestCommit.Bytes(client), 16 + line.Length);
                BinaryPrimitives.WriteInt64LittleEndian(value, sequence);
                BinaryPrimitives.WriteUInt64LittleEndian(value[8..], XxHash3.HashToUInt64(line));
                line.CopyTo(value[16..]);
            }

            BinaryPrimitives.WriteInt64LittleEndian(batch.AddPut(JournalKeys.LastSequence, [], 8), 6);
        });

        using (var journal = TestJournal.Open(_folder.FullName, out var state, out var lines))
        {
            Assert.Equal(6, state.LastSequence);
            Assert.Equal([TestCommit.Line("car", 2), TestCommit.Line("kiwi", 5)], lines.Lines.Values);
            await journal.WriteAsync(TestCommit.Of(7, TestCommit.Line("kiwi", 7)), isSynced: true);
            journal.Close();
        }

        Assert.Equal("ProxyHerd journal 2\nAlford\n", File.ReadAllText(_folder.PathOf("Alford", "JOURNAL")));
        using var again = TestJournal.Open(_folder.FullName, out _, out var after);
        Assert.Equal([TestCommit.Line("car", 2), TestCommit.Line("kiwi", 7)], after.Lines.Values);
    }

    /// <summary>What a checkpoint meets that is no commit ends the journal, as a write that fails does.</summary>
    [Fact]
    public async Task WriteAsync_CheckpointFails_IsAFault()
    {
        using (var journal = TestJournal.Open(_folder.FullName, out _, out var store, bytesBetween: 500))
        {
            // The numbers do not go on where those before ended, which it sees since it has to read them back.
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(1, TestCommit.Line("kiwi", 1)), isSynced: true);
            store.Damage("kiwi");
            await TestJournal.CommitAsync(journal, store, TestCommit.Of(100, [.. Enumerable.Range(0, 10).Select(i => TestCommit.Line($"car{i}", 1))]), isSynced: true);
            var write = journal.WriteAsync(TestCommit.Of(110, TestCommit.Line("kiwi", 2)), isSynced: true).AsTask();

            var fault = await journal.Fault.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Contains("was found damaged: a commit ends with the number 1 instead of 99", fault.Message, StringComparison.Ordinal);
            Assert.Contains("start again from the neighbours", fault.Message, StringComparison.Ordinal);
            await Task.WhenAny(write);
            Assert.Same(write.Exception?.InnerException ?? fault, fault);
        }
    }

    /// <summary>A client's line was found damaged in memory: a commit removes it there, and leaves it out.</summary>
    private static async Task LoseAsync(RocksDbJournal journal, KeptLines store, long number, string client, string line)
    {
        var commit = TestCommit.Of(number, "-" + line);
        commit.Parts[0].Updates[0].IsDamaged = true;
        await TestJournal.CommitAsync(journal, store, commit, isSynced: false);
        store.Forget(client);
    }

    private async Task DamageNowAndThenAsync(RocksDbJournal journal, KeptLines store)
    {
        var clients = _model.Keys.Where(client => store.Lines.ContainsValue(_model[client].Line)).ToList();
        if (clients.Count == 0 || _random.Next(20) != 0)
            return;
        var lost = clients[_random.Next(clients.Count)];
        if (_random.Next(2) == 0)
            store.Damage(lost);
        else
            await LoseAsync(journal, store, ++_lastSequence, lost, _model[lost].Line);
    }

    private CommitBatch NextCommit()
    {
        var clients = Enumerable.Range(0, 1 + _random.Next(12)).Select(_ => $"car{_random.Next(Clients)}").Distinct(StringComparer.Ordinal);
        var first = _lastSequence + 1;
        var lines = new List<string>();
        foreach (var client in clients)
        {
            var line = TestCommit.Line(client, (int)++_lastSequence);
            if (_random.Next(10) == 0)
            {
                lines.Add("-" + line);
                _model.Remove(client);
            }
            else
            {
                lines.Add(line);
                _model[client] = (_lastSequence, line);
            }
        }

        return TestCommit.Of(first, [.. lines]);
    }

    private void AssertModel(JournalState state, KeptLines lines)
    {
        Assert.Equal(_lastSequence, state.LastSequence);
        Assert.Equal(_model.Values.OrderBy(value => value.Sequence).Select(value => (value.Sequence, value.Line)), lines.Lines.Select(pair => (pair.Key, pair.Value)));
    }
}
