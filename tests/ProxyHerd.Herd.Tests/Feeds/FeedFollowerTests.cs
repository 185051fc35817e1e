namespace ProxyHerd.Herd.Tests.Feeds;

public sealed class FeedFollowerTests
{
    private readonly TestStore _store = new(shards: 2);

    [Fact]
    public void Copy_EveryClient_ComesOnceAtItsLatestChange()
    {
        _store.Take(Line("a", 1));
        _store.Take(Line("b", 1));
        _store.Take(Line("c", 1));
        _store.Take(Line("a", 2));
        _store.Take(Line("b", 2));
        var follower = _store.Follow();
        Assert.Equal((5L, false), (follower.Behind, follower.IsAtEnd));
        Assert.Equal([Line("c", 1), Line("a", 2), Line("b", 2)], TestStore.Copy(follower));
        Assert.Equal((0L, true, 5L), (follower.Behind, follower.IsAtEnd, follower.Cursor));
        Assert.Empty(TestStore.Copy(follower));

        _store.Take(Line("c", 2));
        Assert.Equal((1L, false), (follower.Behind, follower.IsAtEnd));
        Assert.Equal([Line("c", 2)], TestStore.Copy(follower));
    }

    [Fact]
    public void Copy_FromACursor_GivesWhatCameAfter()
    {
        _store.Take(Line("a", 1));
        _store.Take(Line("b", 1));
        _store.Take(Line("c", 1));
        Assert.Equal([Line("c", 1)], TestStore.Copy(_store.Follow(cursor: 2)));
        Assert.Empty(TestStore.Copy(_store.Follow(cursor: 3)));
    }

    [Fact]
    public void Copy_BytesMax_StopsAfterTheLineThatReachesIt()
    {
        foreach (var client in "abcd")
            _store.Take(Line($"{client}", 1));
        var follower = _store.Follow();
        var length = Line("a", 1).Length + 1;
        Assert.Equal([Line("a", 1)], TestStore.Copy(follower, bytesMax: 1));
        Assert.Equal(1, follower.Cursor);
        Assert.Equal([Line("b", 1)], TestStore.Copy(follower, length));
        Assert.Equal([Line("c", 1), Line("d", 1)], TestStore.Copy(follower, length + 1));
        Assert.True(follower.IsAtEnd);
    }

    [Fact]
    public void Copy_LongestLines_AreWhole()
    {
        var lines = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            var line = $"AT {new string('S', 64)} 0. {new string((char)('A' + (i % 26)), 250)}{i:00} +1+1 1";
            lines.Add(line.Replace(" 0. ", $" 0.{new string('3', 4096 - line.Length)} ", StringComparison.Ordinal));
            Assert.Equal(4096, lines[^1].Length);
        }

        _store.Take(lines);
        Assert.Equal(lines.Order(StringComparer.Ordinal), TestStore.Copy(_store.Follow()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Copy_SkippedOrigin_PassesItOverAndCountsItRead()
    {
        _store.FromNeighbour(Line("a", 1), origin: 7);
        _store.Commit();
        _store.FromNeighbour(Line("b", 1), origin: 8);
        _store.Commit();
        _store.FromNeighbour(Line("c", 1), origin: 7);
        _store.FromNeighbour(Line("c", 2));
        _store.FromNeighbour(Line("d", 1));
        _store.FromNeighbour(Line("d", 2), origin: 7);
        _store.Commit();
        var follower = _store.Follow(skippedOrigin: 7);
        Assert.Equal([Line("b", 1), Line("c", 2)], TestStore.Copy(follower));
        Assert.Equal((4L, true), (follower.Cursor, follower.IsAtEnd));

        // The same line by another way changes nothing; a newer one is again told.
        _store.FromNeighbour(Line("a", 1));
        _store.Commit();
        Assert.True(follower.IsAtEnd);
        _store.FromClient("IAMAT a +1+1 2");
        _store.Commit();
        Assert.Single(TestStore.Copy(follower));
    }

    [Fact]
    public void Copy_NeverAtTheEndForTenSeconds_ScansTheStore()
    {
        for (var i = 0; i < 100; i++)
            _store.Take(Line($"client{i}", 1));
        var follower = _store.Follow();
        var moves = 1;
        for (var second = 0; second < 10; second++)
        {
            Assert.Equal([Line($"client{second}", 1)], TestStore.Copy(follower, bytesMax: 1));
            Assert.Equal(second + 1, follower.Cursor);
            _store.Take(Line("mover", ++moves));
            _store.Take(Line("extra", moves));
            _store.Time.Advance(TimeSpan.FromSeconds(1));
        }

        // Ten seconds behind: the scan meets what moves all the time; the cursor stands still until it is whole.
        var seen = TestStore.Copy(follower, bytesMax: 1);
        Assert.Equal(10, follower.Cursor);
        while (follower.Cursor == 10)
        {
            _store.Take(Line("mover", ++moves));
            seen.AddRange(TestStore.Copy(follower, bytesMax: 1));
        }

        Assert.Contains(seen, line => line.StartsWith("AT Powell 0 mover ", StringComparison.Ordinal));
        Assert.Contains(seen, line => line.StartsWith("AT Powell 0 extra ", StringComparison.Ordinal));
        Assert.DoesNotContain(Line("client1", 1), seen);
        Assert.False(follower.IsAtEnd);
        Assert.Equal([Line("mover", moves)], TestStore.Copy(follower));
        Assert.True(follower.IsAtEnd);
    }

    [Fact]
    public void Copy_AtTheEndForAnHour_DoesNotScanForTheNextUpdates()
    {
        _store.Take(Line("a", 1));
        var follower = _store.Follow();
        TestStore.Copy(follower);
        _store.Time.Advance(TimeSpan.FromHours(1));
        _store.Take(Line("b", 1));
        _store.Take(Line("c", 1));

        // During a scan the cursor would stand still, and each scan would look at the whole store for a line or two.
        Assert.Equal([Line("b", 1)], TestStore.Copy(follower, bytesMax: 1));
        Assert.Equal(2, follower.Cursor);
        Assert.Equal([Line("c", 1)], TestStore.Copy(follower, bytesMax: 1));
        Assert.Equal(3, follower.Cursor);
    }

    [Fact]
    public void Behind_BeyondTheHead_IsNothing()
    {
        var follower = _store.Follow(cursor: 5);
        Assert.Equal((0L, true), (follower.Behind, follower.IsAtEnd));
        Assert.Empty(TestStore.Copy(follower));
    }

    private static string Line(string client, int time) => $"AT Powell 0 {client} +1+1 {time}";
}
