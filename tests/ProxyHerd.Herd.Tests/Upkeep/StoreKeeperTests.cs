using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Tests.Commits;
using ProxyHerd.Herd.Upkeep;

namespace ProxyHerd.Herd.Tests.Upkeep;

/// <summary>What is removed in time, and what comes in again. The clock begins 19.5 s into a minute: 1400794699.5.</summary>
public sealed class StoreKeeperTests
{
    private const long Second = 1_000_000_000;
    private static readonly LocationLimits TenMinutes = new() { ExpireAfter = TimeSpan.FromMinutes(10) };

    private readonly GatedJournal _gated = new();

    [Fact]
    public async Task Sweep_ExpiredByTheClientsTimeInWholeMinutes_IsRemoved()
    {
        // The minute began at 1400794680, so 1400794080 is the oldest that stays. A skew tells nothing.
        var store = new TestStore(limits: TenMinutes);
        store.Take("AT P +9999999 a +1+1 1400794080", "AT P -9999999 b +1+1 1400794080.5", "AT P 0 c +1+1 1400794139.999999999", "AT P 0 d +1+1 1400794140");
        var keeper = Keeper(store, new ClockAgreement(store.Time));
        await keeper.SweepAsync();
        Assert.Equal(4, store.Store.Count);
        store.Time.Advance(TimeSpan.FromSeconds(40));
        await keeper.SweepAsync();
        Assert.Equal(4, store.Store.Count);
        store.Time.Advance(TimeSpan.FromSeconds(1)); // 1400794740.5: a whole minute has passed
        Assert.Equal(["", "", "", "AT P 0 d +1+1 1400794140"], "abcd".Select(client => store.Find($"{client}")));
        await keeper.SweepAsync();
        Assert.Equal(["AT P 0 d +1+1 1400794140"], store.All());
        Assert.Equal(7, store.Feed.Head);
    }

    /// <summary>Each commit waits for the disk, and a start for all of them; and none is so large that others wait long for it.</summary>
    [Fact]
    public async Task Sweep_MuchHasExpired_GoesInFewCommits()
    {
        var journal = new KeptJournal();
        var store = new TestStore(shards: 4, limits: TenMinutes, journal: journal);
        store.Take(Enumerable.Range(0, 30_000).Select(client => $"AT P 0 car{client} +1+1 1400794100"));
        store.Take("AT P 0 d +1+1 1400794140");
        store.Time.Advance(TimeSpan.FromMinutes(1));
        var before = journal.Commits;
        await Keeper(store, new ClockAgreement(store.Time)).SweepAsync();
        Assert.Equal(["AT P 0 d +1+1 1400794140"], store.All());
        Assert.Equal(["d"], journal.Lines.Keys);
        Assert.InRange(journal.Commits - before, 3, 4);
    }

    [Fact]
    public async Task Sweep_WhatWasRemoved_CannotComeBack()
    {
        var store = new TestStore(limits: TenMinutes);
        store.Take("AT P 0 a +1+1 1400794100");
        store.Time.Advance(TimeSpan.FromMinutes(1));
        await Keeper(store, new ClockAgreement(store.Time)).SweepAsync();
        Assert.Equal(new Acceptance(AcceptOutcome.Stale, 0), store.FromNeighbour("AT P 0 a +1+1 1400794100"));
        Assert.Equal(new Acceptance(AcceptOutcome.Stale, 0), store.FromNeighbour("AT P -5 a +1+1 1400794139.9"));
        Assert.Equal(new Acceptance(AcceptOutcome.Stale, 0), store.FromClient("IAMAT a +2+2 1400794100"));
        Assert.Equal("AT Alford +659.500907800 a +2+2 1400794100", store.Answer);
        store.Commit();
        Assert.Equal((0L, 0UL, ""), (store.Store.Count, store.Store.Digest, store.Find("a")));
        Assert.Equal(AcceptOutcome.Accepted, store.FromClient("IAMAT a +2+2 1400794140").Outcome);
    }

    [Fact]
    public async Task Sweep_NewerLineBeforeItsCommit_TakesTheRemovalsPlace()
    {
        var store = new TestStore(limits: TenMinutes, journal: _gated);
        await CommitAsync(store, store.FromNeighbour("AT P 0 a +1+1 1400794100").Commit);
        await CommitAsync(store, store.FromNeighbour("AT P 0 b +1+1 1400794100").Commit);
        await CommitAsync(store, store.FromNeighbour("AT P 0 c +1+1 1400794100").Commit);
        store.Time.Advance(TimeSpan.FromMinutes(1));

        // a moves on while its removal is open, b while it is being written.
        var place = default(ScanPlace);
        Assert.Equal(3, store.Store.RemoveOutside(ref place, 1_400_794_140 * Second, long.MaxValue, out var commit));
        store.FromNeighbour("AT P 0 a +2+2 1400794700");
        var removal = store.Committer.WaitAsync(commit).AsTask();
        var write = await _gated.NextAsync();
        Assert.Equal(["4 AT P 0 a +2+2 1400794700", "5 AT P 0 b +1+1 1400794100", "6 AT P 0 c +1+1 1400794100"], write.Lines);
        Assert.Equal([false, true, true], write.AreRemovals);
        var next = store.FromNeighbour("AT P 0 b +2+2 1400794700");
        write.Complete();
        await removal.Within("for the removal");
        Assert.Equal(["AT P 0 a +2+2 1400794700"], store.All());
        await CommitAsync(store, next.Commit);
        Assert.Equal(["AT P 0 a +2+2 1400794700", "AT P 0 b +2+2 1400794700"], store.All());
        Assert.Equal(2, store.Store.Count);
    }

    [Fact]
    public async Task Sweep_LineIsNoLongerTheOneJudged_Stays()
    {
        var store = new TestStore(limits: TenMinutes, journal: _gated);
        await CommitAsync(store, store.FromNeighbour("AT P 0 a +1+1 1400794100").Commit);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        var update = store.FromNeighbour("AT P 0 a +2+2 1400794700");
        var place = default(ScanPlace);
        Assert.Equal(0, store.Store.RemoveOutside(ref place, 1_400_794_140 * Second, long.MaxValue, out _));
        await CommitAsync(store, update.Commit);
        Assert.Equal(["AT P 0 a +2+2 1400794700"], store.All());
    }

    [Fact]
    public async Task Sweep_BeyondTheGate_GoesOnceANeighboursClockAgreedFor10Minutes()
    {
        var store = new TestStore();
        var clocks = new ClockAgreement(store.Time);
        var keeper = Keeper(store, clocks);

        // Taken while this clock ran two hours ahead.
        store.Time.Advance(TimeSpan.FromHours(2));
        store.Take("AT P 0 ahead +1+1 1400805500", "AT P 0 fine +1+1 1400794700");
        await keeper.SweepAsync();
        store.Time.AdjustTime(TestStore.Start);
        await keeper.SweepAsync();
        Assert.Equal(2, store.Store.Count);
        for (var second = 0; second < 600; second += 5)
        {
            Assert.Equal(2, store.Store.Count);
            clocks.Heard(store.Store.NowNanoseconds - (59 * Second), store.Store.NowNanoseconds);
            store.Time.Advance(TimeSpan.FromSeconds(5));
            await keeper.SweepAsync();
        }

        Assert.Equal(["AT P 0 fine +1+1 1400794700"], store.All());
    }

    [Theory]
    [InlineData(61, 5, 0, false)] // more than a minute apart
    [InlineData(-61, 5, 0, false)]
    [InlineData(60, 5, 0, true)]
    [InlineData(-60, 5, 0, true)]
    [InlineData(0, 16, 0, false)] // not heard for three pings
    [InlineData(0, 5, 300, false)] // this clock jumped
    public void HasLasted_OnlyWhileANeighboursPongAgrees(int apart, int every, int jump, bool hasLasted)
    {
        var time = new TestTime();
        var clocks = new ClockAgreement(time);
        long jumped = 0;
        long Now() => ((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100) + jumped;
        for (var second = 0; second <= 600; second += every)
        {
            clocks.Heard(Now() - (apart * Second), Now());
            if (second >= 300)
                jumped = jump * Second;
            time.Advance(TimeSpan.FromSeconds(every));
        }

        Assert.Equal(hasLasted, clocks.HasLasted(Now(), TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task Run_EachWholeMinute_SweepsAndRehashesWhatIsDamaged()
    {
        var server = new TestServer(limits: TenMinutes);
        using var stopping = new CancellationTokenSource();
        var run = server.Herd.Keeper.RunAsync(stopping.Token);
        var client = server.Connect();
        await client.Send("IAMAT old +1+1 1400794100\nIAMAT kiwi +1+1 1400794690\n");
        await client.ReceiveLine();
        var line = await client.ReceiveLine();
        var wait = TimeSpan.FromTicks(TimeSpan.TicksPerMinute - (server.Time.GetUtcNow().Ticks % TimeSpan.TicksPerMinute));
        Locations.MemoryDamage.Flip(server.Herd.Store, line, 30);
        Assert.Single(server.All());
        server.Time.Advance(wait + TimeSpan.FromMilliseconds(1)); // a timer goes by whole milliseconds
        await Deadline.Until(() => server.Log.Of(141).Any() && server.Herd.Store.Count == 0, "for the minute's work");
        Assert.Single(server.Log.Of(140));
        await stopping.CancelAsync();
        await run.Within("for its end");
    }

    private static StoreKeeper Keeper(TestStore store, ClockAgreement clocks) =>
        new(store.Store, store.Committer, clocks, store.Time, new RecordedLog().CreateLogger(""));

    private async Task CommitAsync(TestStore store, long commit)
    {
        var wait = store.Committer.WaitAsync(commit).AsTask();
        (await _gated.NextAsync()).Complete();
        await wait.Within("for the commit");
    }
}
