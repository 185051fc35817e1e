using System.Buffers;
using System.Collections.Concurrent;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>The store, the committer and the feed on real threads.</summary>
public sealed class ThreadsTests
{
    private const int Writers = 8;
    private const int Followers = 3;
    private const int UpdatesEach = 12_000;
    private const int HotClients = 200;
    private const int ColdClients = 20_000;

    private readonly ConcurrentQueue<Exception> _faults = new();
    private readonly ConcurrentDictionary<string, string> _newest = new();
    private int _writing = Writers;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 2)]
    public void MemoryJournal_EveryUpdateOrANewer_ReachesEveryFollower(int shards, int seed) =>
        Run(new TestStore(shards: shards, journal: new MemoryJournal()), seed, _ => true);

    [Theory]
    [InlineData(2, 3)]
    [InlineData(8, 4)]
    public void DetachedJournal_EveryUpdateOrANewer_ReachesEveryFollower(int shards, int seed)
    {
        var journal = new DetachedJournal();
        Run(new TestStore(shards: shards, journal: journal), seed, journal.IsWritten);
        Assert.InRange(journal.Count, 2, int.MaxValue);
    }

    private void Run(TestStore store, int seed, Func<string, bool> isWritten)
    {
        var seen = Enumerable.Range(0, Followers).Select(_ => new Dictionary<string, string>()).ToList();
        var threads = new List<Thread>();
        for (var i = 0; i < Writers; i++)
        {
            var random = new Random((seed * 1_000) + i);
            threads.Add(new Thread(() => Try(() => Write(store, random))));
        }

        foreach (var lines in seen)
            threads.Add(new Thread(() => Try(() => Follow(store, lines, isWritten))));
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => Assert.True(thread.Join(Deadline.Generous), $"a thread hangs, seed {seed}"));
        Assert.True(_faults.IsEmpty, $"seed {seed}: {string.Join("\n", _faults)}");

        // What the store has is the newest of what was accepted, and what every follower has seen last.
        Assert.Equal(_newest.Count, store.Store.Count);
        foreach (var (client, line) in _newest)
        {
            Assert.Equal(line, store.Find(client));
            Assert.All(seen, lines => Assert.Equal(line, lines[client]));
        }

        Assert.Equal(_newest.Values.Order(StringComparer.Ordinal), store.All());
    }

    private void Write(TestStore store, Random random)
    {
        for (var i = 0; i < UpdatesEach; i++)
        {
            var client = random.Next(2) == 0 ? $"hot{random.Next(HotClients)}" : $"cold{random.Next(ColdClients)}";
            var time = $"{1_000 + (i / 4)}";
            long commit;
            if (random.Next(2) == 0)
            {
                var acceptance = store.FromClient($"IAMAT {client} +1+{random.Next(9)} {time}", out var answer);
                commit = acceptance.Commit;
                if (acceptance.Outcome == AcceptOutcome.Accepted)
                    Note(client, answer);
                Assert.Contains(acceptance.Outcome, new[] { AcceptOutcome.Accepted, AcceptOutcome.Same, AcceptOutcome.Stale });
            }
            else
            {
                var line = $"AT Powell {random.Next(3)} {client} +1+{random.Next(9)} {time}";
                var acceptance = store.FromNeighbour(line, origin: random.Next(3));
                commit = acceptance.Commit;
                if (acceptance.Outcome == AcceptOutcome.Accepted)
                    Note(client, line);
            }

            if (random.Next(4) == 0)
                Wait(store, commit);
            if (random.Next(1_000) == 0)
                FindAfterItsCommit(store, client);
        }

        Wait(store, store.Store.StartedCommits + 1);
        Interlocked.Decrement(ref _writing);
    }

    /// <summary>Once what a question waits for is done, the line or a newer one is committed.</summary>
    private static void FindAfterItsCommit(TestStore store, string client)
    {
        var line = store.Find(client, out var commit);
        Wait(store, commit);
        var buffer = new byte[1 << 16];
        string? last = null;
        for (var place = default(ScanPlace); !place.IsAtEnd && last is null;)
        {
            var length = store.Store.Scan(ref place, new ScanFilter(0, 0), buffer, out _);
            last = Bytes.Text(buffer.AsSpan(0, length)).Split('\n').LastOrDefault(each => each.Contains($" {client} ", StringComparison.Ordinal));
        }

        Assert.True(last is not null && !IsNewer(line, last), $"committed '{last}' though '{line}' was answered");
    }

    private void Follow(TestStore store, Dictionary<string, string> seen, Func<string, bool> isWritten)
    {
        var follower = store.Follow();
        var output = new ArrayBufferWriter<byte>();
        var head = 0L;
        while (true)
        {
            var isLast = Volatile.Read(ref _writing) == 0;
            output.ResetWrittenCount();
            var before = follower.Cursor;
            var lines = follower.Copy(output, 4096);
            var now = store.Feed.Head;
            Assert.True(now >= head && follower.Cursor >= before && follower.Cursor <= now);
            Assert.InRange(lines, 0, follower.Cursor - before);
            head = now;
            foreach (var line in Bytes.Text(output.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                See(seen, line, isWritten);
            if (isLast && follower.IsAtEnd)
                return;
            if (lines == 0)
                Thread.Yield();
        }
    }

    private static void See(Dictionary<string, string> seen, string line, Func<string, bool> isWritten)
    {
        Assert.True(isWritten(line), $"'{line}' is seen before it is written");
        var client = line.Split(' ')[3];
        Assert.True(!seen.TryGetValue(client, out var older) || IsNewer(line, older), $"'{line}' is seen after '{older}'");
        seen[client] = line;
    }

    private void Note(string client, string line) =>
        _newest.AddOrUpdate(client, line, (_, other) => IsNewer(line, other) ? line : other);

    private static bool IsNewer(string line, string other)
    {
        var (lineBytes, otherBytes) = (Bytes.Of(line), Bytes.Of(other));
        return AtLine.TryParse(lineBytes, out var a) && AtLine.TryParse(otherBytes, out var b) && UpdateOrder.IsNewer(
            a.TimeNanoseconds, a.SkewNanoseconds, lineBytes, b.TimeNanoseconds, b.SkewNanoseconds, otherBytes);
    }

    private static void Wait(TestStore store, long commit)
    {
        var wait = store.Committer.WaitAsync(commit).AsTask();
        Assert.True(wait.Wait(Deadline.Generous), $"commit {commit} does not come");
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            _faults.Enqueue(exception);
            Interlocked.Exchange(ref _writing, 0);
        }
    }
}
