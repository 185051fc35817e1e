using Microsoft.Extensions.Logging.Abstractions;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;
using ProxyHerd.Server.Journal;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>The journal with the store, feed and committer that it has in a server, and checkpoints all the time.</summary>
public sealed class StoreCheckpointTests : IDisposable
{
    private const int Clients = 200;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(11);
    private readonly SortedDictionary<string, (long Time, string Line)> _model = new(StringComparer.Ordinal);
    private long _time = 1_400_794_645;

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Clients move and expire; a copy of the open folder is what a kill leaves. Each start finds what was committed, whether
    /// its feed's index reaches back to the last checkpoint or not.
    /// </summary>
    [Theory]
    [InlineData(Feed.NumbersMax)]
    [InlineData(64)]
    public async Task Recover_KilledAndClosedAnywhere_HoldsTheNewestOfEachClient(int numbersMax)
    {
        long given = 0;
        for (var start = 0; start < 12; start++)
        {
            using var running = new Running(_folder, numbersMax);
            Assert.Equal(_model.Values.Select(value => value.Line).Order(StringComparer.Ordinal), running.Lines());
            Assert.Equal(given, running.Feed.Head);
            for (var copies = 0; copies < 4; copies++)
            {
                for (var commits = _random.Next(80); commits > 0; commits--)
                    await CommitNextAsync(running);
                given = running.Feed.Head;
                using var copy = new TemporaryFolder();
                FolderCopy.Make(_folder.PathOf("Alford"), copy.PathOf("Alford"));
                using var killed = new Running(copy, numbersMax);
                Assert.Equal(running.Lines(), killed.Lines());
                Assert.Equal((running.Store.Digest, given), (killed.Store.Digest, killed.Feed.Head));
            }

            running.Journal.Close();
            Assert.False(running.Journal.Fault.IsCompleted);
        }

        Assert.True(given > 15_000, $"only {given} updates were made");
    }

    private async Task CommitNextAsync(Running running)
    {
        long commit = 0;
        for (var updates = 1 + _random.Next(16); updates > 0; updates--)
        {
            var client = $"car{_random.Next(Clients)}";
            var line = $"AT Parker +0.5 {client} +34.068930-118.445127 {++_time}";
            commit = running.Accept(line);
            _model[client] = (_time, line);
        }

        // Those that have not moved for long expire, in the same commit as the updates or the next.
        if (_random.Next(8) == 0)
        {
            var oldest = _time - 500;
            commit = Math.Max(commit, running.Expire(oldest));
            foreach (var (client, value) in _model.ToList())
            {
                if (value.Time < oldest)
                    _model.Remove(client);
            }
        }

        await running.Committer.WaitAsync(commit);
    }

    /// <summary>A server from its start to its end, as far as its journal is concerned.</summary>
    private sealed class Running : IDisposable
    {
        private const long NanosecondsPerSecond = 1_000_000_000;

        public Running(TemporaryFolder folder, int numbersMax)
        {
            Store = new LocationStore(new LocationLimits(), TimeProvider.System, hashSeed: 5, shards: 4);
            Feed = new Feed(TimeProvider.System, numbersMax);
            Journal = new RocksDbJournal(JournalPlace.Below(folder.FullName, "Alford"), Durability.Disk) { BytesBetweenCheckpoints = 4000 };
            Committer = new Committer(Store, Feed, Journal, TimeProvider.System);
            var state = Journal.Recover(new Recovery(Store, NullLogger.Instance, Mistakes.None), new CommittedLines(Store, Feed));
            Feed.Restore(state.LastSequence, Store);
        }

        public LocationStore Store { get; }

        public Feed Feed { get; }

        public RocksDbJournal Journal { get; }

        public Committer Committer { get; }

        public void Dispose() => Journal.Dispose();

        public long Accept(string text)
        {
            var line = TestCommit.Bytes(text);
            Assert.True(AtLine.TryParse(line, out var at));
            var acceptance = Store.AcceptFromNeighbour(at, line, origin: 0, Store.NowNanoseconds);
            Assert.Equal(AcceptOutcome.Accepted, acceptance.Outcome);
            return acceptance.Commit;
        }

        public long Expire(long oldestSecond)
        {
            long last = 0;
            for (var place = default(ScanPlace); !place.IsAtEnd;)
            {
                Store.RemoveOutside(ref place, oldestSecond * NanosecondsPerSecond, long.MaxValue, out var commit);
                last = Math.Max(last, commit);
            }

            return last;
        }

        public List<string> Lines()
        {
            var lines = new List<string>();
            var room = new byte[AtLine.BytesMax + 1];
            for (var place = default(ScanPlace); !place.IsAtEnd;)
            {
                var length = Store.Scan(ref place, new ScanFilter(AfterSequence: 0, SkippedOrigin: 0), room, out _);
                lines.AddRange(TestCommit.Text(room.AsSpan(0, length)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            }

            lines.Sort(StringComparer.Ordinal);
            return lines;
        }
    }
}
