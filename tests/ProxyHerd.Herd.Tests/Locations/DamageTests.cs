using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Tests.Commits;
using ProxyHerd.Herd.Tests.Flooding;

namespace ProxyHerd.Herd.Tests.Locations;

/// <summary>A line that was damaged in memory is never sent or shown; it is dropped, and fetched from a neighbour.</summary>
public sealed class DamageTests
{
    private const string Line = "AT Alford +9.500907800 kiwi +1+1 1400794690";

    /// <summary>Every byte of the line in turn: of its verb, its server, its skew, its client, its position, its time.</summary>
    public static TheoryData<int> Places => [.. Enumerable.Range(0, Line.Length)];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task DamagedLine_IsNeitherSentNorShownNorComparedWith(int at)
    {
        var server = new TestServer(journal: new KeptJournal());
        var client = server.Connect();
        await client.SendLine("IAMAT kiwi +1+1 1400794690");
        await client.ReceiveLine(Line);
        MemoryDamage.Flip(server.Herd.Store, Line, at);
        Assert.False(server.Herd.Store.HasDamage);

        await client.Send("WHATSAT kiwi 10 0\nIAMAT kiwi +1+1 1400794690\n");
        await client.ReceiveLine("? WHATSAT kiwi 10 0");
        await client.ReceiveLine(Line);
        Assert.All(server.All(), line => Assert.Equal(Line, line));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void DamagedLine_NeighbourSendsTheSameLine_TakesItsPlace(int at)
    {
        var store = new TestStore();
        store.Take(Line);
        MemoryDamage.Flip(store.Store, Line, at);
        Assert.Equal(AcceptOutcome.Accepted, store.FromNeighbour(Line).Outcome);
        store.Commit();
        Assert.Equal(Line, store.Find("kiwi"));
    }

    [Fact]
    public void DamagedLine_NeighbourSendsAnOlderOne_IsNotReplaced()
    {
        var store = new TestStore();
        store.Take(Line);
        MemoryDamage.Flip(store.Store, Line, 3);
        Assert.Equal(AcceptOutcome.Stale, store.FromNeighbour("AT Alford +9.500907801 kiwi +1+1 1400794690").Outcome);
        Assert.Equal(AcceptOutcome.Stale, store.FromNeighbour("AT Alford +9.500907800 kiwi +1+1 1400794689").Outcome);
        Assert.Equal(AcceptOutcome.Accepted, store.FromNeighbour("AT Alford +9.500907799 kiwi +1+1 1400794690").Outcome);
    }

    [Theory]
    [InlineData("WHATSAT kiwi 10 0")]
    [InlineData("IAMAT kiwi +1+1 1400794690")]
    public async Task DamagedLine_Met_IsLookedForByTheNextSweep(string line)
    {
        var server = new TestServer();
        var client = server.Connect();
        await client.SendLine("IAMAT kiwi +1+1 1400794690");
        await client.ReceiveLine(Line);
        MemoryDamage.Flip(server.Herd.Store, Line, 30);
        await client.SendLine(line);
        await client.ReceiveLine();
        Assert.True(server.Herd.Store.HasDamage);
    }

    [Fact]
    public async Task Rehash_DamagedLine_IsDroppedFetchedAndKeptInTheJournal()
    {
        var journal = new KeptJournal();
        var herd = new TestHerd("Alford-Parker");
        herd.Start("Alford", journal);
        herd.Start("Parker");
        for (var i = 0; i < 50; i++)
            await herd.SayAsync("Alford", $"IAMAT client{i} +1+1 1400794690");
        await herd.UntilEqual(50);
        var (alford, all) = (herd["Alford"], herd["Alford"].All());
        var kept = journal.Lines["client7"];
        MemoryDamage.Flip(alford.Herd.Store, kept.Line, kept.Line.IndexOf('+', 20));
        await alford.Herd.Keeper.RehashAsync();
        Assert.Equal(49, alford.Herd.Store.Count);
        Assert.DoesNotContain(alford.All(), line => line.Contains("client7 ", StringComparison.Ordinal));
        Assert.Equal(kept, journal.Lines["client7"]);
        Assert.Contains("1 locations", Assert.Single(alford.Log.Of(141)), StringComparison.Ordinal);
        Assert.Empty(alford.Log.Of(142));

        await herd.UntilEqual(50);
        Assert.Equal(all, alford.All());
        Assert.Equal(all, herd["Parker"].All());
        Assert.Equal(52, journal.Lines["client7"].Sequence);
    }

    [Fact]
    public async Task Rehash_NewerUpdateComesBeforeTheRemovalIsCommitted_IsKept()
    {
        var journal = new GatedJournal();
        var store = new TestStore(journal: journal);
        var taken = store.Committer.WaitAsync(store.FromNeighbour(Line).Commit).AsTask();
        (await journal.NextAsync()).Complete();
        await taken.Within("for the commit");
        MemoryDamage.Flip(store.Store, Line, 3);
        var anew = store.Store.BeginRehash();
        var place = default(ScanPlace);
        Assert.Equal(1, store.Store.Rehash(ref place, anew, out var commit));
        var removal = store.Committer.WaitAsync(commit).AsTask();
        var write = await journal.NextAsync();
        Assert.Empty(write.Lines);

        // Older than the damaged one, too: what that was can't be known any more.
        var again = store.FromNeighbour("AT Alford 0 kiwi +1+1 5");
        Assert.Equal(AcceptOutcome.Accepted, again.Outcome);
        write.Complete();
        await removal.Within("for the removal");
        var wait = store.Committer.WaitAsync(again.Commit).AsTask();
        write = await journal.NextAsync();
        Assert.Equal(["3 AT Alford 0 kiwi +1+1 5"], write.Lines);
        write.Complete();
        await wait.Within("for the update");
        Assert.True(store.Store.EndRehash());
        Assert.Equal(["AT Alford 0 kiwi +1+1 5"], store.All());
        Assert.Equal(1, store.Store.Count);
    }
}
