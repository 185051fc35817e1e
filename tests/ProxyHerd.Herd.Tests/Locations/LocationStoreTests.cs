using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Locations;

public sealed class LocationStoreTests
{
    private const string First = "AT Alford +94.500907800 kiwi +1+1 1400794605";

    private readonly TestStore _store = new(shards: 2);

    [Fact]
    public void AcceptFromClient_TheOriginalsExample_MakesItsLine()
    {
        var acceptance = _store.FromClient("IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450");
        Assert.Equal(new Acceptance(AcceptOutcome.Accepted, 1), acceptance);
        Assert.Equal("AT Alford +54.108893350 kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450", _store.Answer);
        Assert.Equal(_store.Answer, _store.Find("kiwi.cs.ucla.edu"));
    }

    [Theory]
    [InlineData("+1+1", "1400794605", AcceptOutcome.Same, First)] // a retry gets the stored line
    [InlineData("+1+1", "1400794605.0", AcceptOutcome.Same, First)] // the same time in other digits
    [InlineData("+1+1", "1400794605.000000001", AcceptOutcome.Accepted, null)]
    [InlineData("+2+2", "1400794606", AcceptOutcome.Accepted, null)]
    [InlineData("+1.0+1", "1400794605", AcceptOutcome.Stale, null)] // the same time with another position: its mirror
    [InlineData("+1+1", "1400794604.999999999", AcceptOutcome.Stale, null)]
    [InlineData("+2+2", "0", AcceptOutcome.Stale, null)]
    public void AcceptFromClient_SecondUpdate_FollowsTheOriginalRule(string position, string time, AcceptOutcome outcome, string? answer)
    {
        foreach (var isCommitted in new[] { false, true })
        {
            var store = new TestStore(shards: 2);
            store.FromClient("IAMAT kiwi +1+1 1400794605");
            if (isCommitted)
                store.Commit();
            store.Time.Advance(TimeSpan.FromSeconds(1));
            var mirror = Mirror(store, position, time);
            Assert.Equal(outcome, store.FromClient($"IAMAT kiwi {position} {time}").Outcome);
            Assert.Equal(answer ?? mirror, store.Answer);
            Assert.Equal(outcome == AcceptOutcome.Accepted ? mirror : First, store.Find("kiwi"));
            store.Commit();
            Assert.Equal([outcome == AcceptOutcome.Accepted ? mirror : First], store.All());
        }
    }

    [Fact]
    public void AcceptFromClient_SameTimeAndSmallerSkewByAnotherServer_IsStale()
    {
        _store.Take("AT Powell +99 kiwi +1+1 1400794605");
        Assert.Equal(AcceptOutcome.Stale, _store.FromClient("IAMAT kiwi +2+2 1400794605").Outcome);
        Assert.Equal("AT Powell +99 kiwi +1+1 1400794605", _store.Find("kiwi"));
    }

    [Fact]
    public void AcceptFromNeighbour_SameTimeAndSmallerSkew_ReplacesTheClientsOwn()
    {
        _store.FromClient("IAMAT kiwi +1+1 1400794605");
        Assert.Equal(AcceptOutcome.Stale, _store.FromNeighbour("AT Powell +95 kiwi +2+2 1400794605").Outcome);
        Assert.Equal(AcceptOutcome.Accepted, _store.FromNeighbour("AT Powell +94 kiwi +2+2 1400794605").Outcome);
        Assert.Equal(AcceptOutcome.Same, _store.FromNeighbour("AT Powell +94 kiwi +2+2 1400794605").Outcome);
        Assert.Equal("AT Powell +94 kiwi +2+2 1400794605", _store.Find("kiwi"));
    }

    [Theory]
    [InlineData(3600, AcceptOutcome.Accepted, AcceptOutcome.Accepted)]
    [InlineData(3601, AcceptOutcome.AheadOfClock, AcceptOutcome.Accepted)]
    [InlineData(3660, AcceptOutcome.AheadOfClock, AcceptOutcome.Accepted)]
    [InlineData(3661, AcceptOutcome.AheadOfClock, AcceptOutcome.AheadOfClock)]
    public void Accept_TimeAheadOfClock_IsRefusedBeyondTheLimit(int ahead, AcceptOutcome ofClient, AcceptOutcome ofNeighbour)
    {
        var time = TestStore.Start.AddSeconds(ahead).ToUnixTimeSeconds() + ".5009078";
        Assert.Equal(ofClient, _store.FromClient($"IAMAT one +1+1 {time}").Outcome);
        Assert.Equal(ofNeighbour, _store.FromNeighbour($"AT Powell -{ahead} other +1+1 {time}").Outcome);
        Assert.Equal(ofClient == AcceptOutcome.Accepted, _store.Find("one").Length > 0);
    }

    [Fact]
    public void Accept_LargestTime_IsRefusedWithoutOverflow() =>
        Assert.Equal(AcceptOutcome.AheadOfClock, _store.FromClient("IAMAT kiwi +1+1 9223372035.999999999").Outcome);

    [Fact]
    public void Accept_FullStore_TakesKnownClientsAndTwiceAsManyOfNeighbours()
    {
        var store = new TestStore(shards: 8, limits: new LocationLimits { ClientsMax = 2 });
        Assert.Equal(AcceptOutcome.Accepted, store.FromClient("IAMAT a +1+1 1").Outcome);
        Assert.Equal(AcceptOutcome.Accepted, store.FromNeighbour("AT Powell 0 b +1+1 1").Outcome);
        Assert.Equal(new Acceptance(AcceptOutcome.Full, 0), store.FromClient("IAMAT c +1+1 1"));
        Assert.Equal("", store.Find("c"));
        Assert.Equal(AcceptOutcome.Accepted, store.FromClient("IAMAT b +1+1 2").Outcome);
        Assert.Equal(AcceptOutcome.Accepted, store.FromNeighbour("AT Powell 0 c +1+1 1").Outcome);
        Assert.Equal(AcceptOutcome.Accepted, store.FromNeighbour("AT Powell 0 d +1+1 1").Outcome);
        Assert.Equal(AcceptOutcome.Full, store.FromNeighbour("AT Powell 0 e +1+1 1").Outcome);
        Assert.Equal(AcceptOutcome.Accepted, store.FromNeighbour("AT Powell 0 d +1+1 2").Outcome);
        store.Commit();
        Assert.Equal(4, store.Store.Count);
    }

    [Fact]
    public void Find_UnknownClient_FindsNothing()
    {
        _store.FromClient("IAMAT kiwi +1+1 1");
        Assert.Equal("", _store.Find("kiw", out var commit));
        Assert.Equal(0, commit);
    }

    [Fact]
    public void Lines_GrowingAndShrinkingOverManyBatches_StayWhole()
    {
        // Positions of 4 to 39 bytes and skews of any length walk a record's array and a batch's bytes through every size.
        var random = new Random(7);
        var newest = new Dictionary<string, string>();
        for (var time = 1; time <= 3_000; time++)
        {
            var client = $"client{random.Next(40)}";
            var position = $"+1.{new string('1', random.Next(1, 16))}+2.{new string('2', random.Next(1, 16))}";
            var line = $"AT {new string('S', random.Next(1, 65))} +0.{new string('3', random.Next(1, 400))} {client} {position} {time}";
            Assert.Equal(AcceptOutcome.Accepted, _store.FromNeighbour(line).Outcome);
            newest[client] = line;
            if (random.Next(20) == 0)
                _store.Commit();
            Assert.Equal(line, _store.Find(client));
        }

        _store.Commit();
        Assert.Equal(newest.Values.Order(StringComparer.Ordinal), _store.All());
    }

    [Fact]
    public void Clients_ManyThousand_AreAllFoundAndCounted()
    {
        var store = new TestStore(shards: 8);
        for (var i = 0; i < 50_000; i++)
            store.FromClient($"IAMAT {i} +1+1 {i}");
        store.Commit();
        Assert.Equal(50_000, store.Store.Count);
        Assert.Equal(50_000, store.Feed.Head);
        for (var i = 0; i < 50_000; i++)
            Assert.EndsWith($" {i} +1+1 {i}", store.Find($"{i}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_NotAPowerOfTwo_IsAnError()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TestStore(shards: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TestStore(shards: 128));
    }

    private static string Mirror(TestStore store, string position, string time)
    {
        var other = new TestStore();
        other.Time.SetUtcNow(store.Time.GetUtcNow());
        other.FromClient($"IAMAT kiwi {position} {time}");
        return other.Answer;
    }
}
