using ProxyHerd.Herd.Feeds;

namespace ProxyHerd.Herd.Tests.Feeds;

/// <summary>Followers that are further behind than the feed's index reaches.</summary>
public sealed class FallenOutTests
{
    private const int Clients = 3_000;
    private readonly TestStore _store = new(shards: 2);
    private int _time = 1;

    [Fact]
    public void Copy_FallenOut_ScansAndMissesNothingWhileUpdatesGoOn()
    {
        _store.FromNeighbour(Line(-1, 1), origin: 7);
        _store.Commit();
        MoveAll();
        var behind = _store.Follow(cursor: 1);
        var skipping = _store.Follow(cursor: 1, skippedOrigin: 7);
        var late = _store.Follow(cursor: 2);
        while (_store.Feed.Head < Feed.NumbersMax)
            MoveAll();
        Move(0);

        // Number 2 was overwritten by then; which client had it does not matter to the scan.
        Assert.False(_store.Feed.Index.Holds(2));
        Assert.True(_store.Feed.Index.Holds(_store.Feed.Head - Feed.NumbersMax + 1));
        foreach (var follower in (FeedFollower[])[behind, skipping, late])
        {
            var seen = ScanWhileMoving(follower);
            Assert.Equal(Newest(), seen);
            Assert.DoesNotContain(Line(-1, 1), seen.Values);
        }

        var fromStart = ScanWhileMoving(_store.Follow());
        Assert.Equal(Line(-1, 1), fromStart["-1"]);
    }

    private Dictionary<string, string> Newest() =>
        _store.All().Where(line => line != Line(-1, 1)).ToDictionary(line => line.Split(' ')[3]);

    private Dictionary<string, string> ScanWhileMoving(FeedFollower follower)
    {
        var random = new Random(5);
        var seen = new Dictionary<string, string>();
        var start = follower.Cursor;
        var head = _store.Feed.Head;
        while (follower.Cursor == start)
        {
            foreach (var line in TestStore.Copy(follower, bytesMax: 1_000))
                seen[line.Split(' ')[3]] = line;
            Move(random.Next(Clients + 100));
        }

        Assert.Equal(head, follower.Cursor);
        Assert.InRange(seen.Count, Clients, Clients + 200);
        while (!follower.IsAtEnd)
        {
            foreach (var line in TestStore.Copy(follower))
                seen[line.Split(' ')[3]] = line;
        }

        return seen;
    }

    private void MoveAll()
    {
        _time++;
        _store.Take(Enumerable.Range(0, Clients).Select(client => Line(client, _time)));
    }

    private void Move(int client) => _store.Take(Line(client, ++_time));

    private static string Line(int client, int time) => $"AT Powell 0 {client} +1+1 {time}";
}
