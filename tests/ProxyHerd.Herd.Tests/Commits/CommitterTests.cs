using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Commits;

public sealed class CommitterTests
{
    private const ulong Boot = 0xb007;

    private readonly GatedJournal _journal = new();
    private readonly TestStore _store;

    public CommitterTests() => _store = new TestStore(shards: 8, journal: _journal);

    private Committer Committer => _store.Committer;

    [Fact]
    public async Task WaitAsync_UntilTheJournalHasIt_WaitsAndShowsNothing()
    {
        var wait = Committer.WaitAsync(_store.FromClient("IAMAT a +1+1 5").Commit).AsTask();
        var write = await _journal.NextAsync();
        Assert.Equal([$"1 {_store.Find("a")}"], write.Lines);
        Assert.False(wait.IsCompleted);
        Assert.Equal((0L, 0L, 0UL), (_store.Feed.Head, _store.Store.Count, _store.Store.Digest));
        Assert.Empty(_store.All());

        write.Complete();
        await wait.Within("for the commit");
        Assert.Equal((1L, 1L), (_store.Feed.Head, _store.Store.Count));
        Assert.Equal([_store.Find("a")], _store.All());
    }

    [Fact]
    public async Task Feed_WhileANewerLineIsWritten_KeepsTheCommittedOne()
    {
        await CommitAsync("IAMAT a +1+1 5");
        var committed = _store.Find("a");
        var wait = Committer.WaitAsync(_store.FromClient("IAMAT a +2+2 6").Commit).AsTask();
        var write = await _journal.NextAsync();
        Assert.Equal([committed], _store.All());
        Assert.Equal(1, _store.Feed.Head);
        write.Complete();
        await wait.Within("for the commit");
        Assert.Equal([_store.Find("a")], _store.All());
        Assert.Equal(2, _store.Feed.Head);
    }

    [Fact]
    public async Task WaitAsync_WhatArrivesDuringAWrite_IsOneNextBatchOfTheNewest()
    {
        var first = Committer.WaitAsync(_store.FromClient("IAMAT a +1+1 5").Commit).AsTask();
        var write = await _journal.NextAsync();
        var waits = new List<Task>();
        foreach (var line in (string[])["b +1+1 1", "a +1+1 6", "b +1+1 2", "c +1+1 1", "a +1+1 7", "b +1+1 3"])
            waits.Add(Committer.WaitAsync(_store.FromClient($"IAMAT {line}").Commit).AsTask());
        Assert.Equal(1, _journal.Count);

        write.Complete();
        await first.Within("for the first commit");
        var next = await _journal.NextAsync();
        Assert.Equal(new[] { _store.Find("a"), _store.Find("b"), _store.Find("c") }, Sorted(next.Lines));
        Assert.All(waits, wait => Assert.False(wait.IsCompleted));
        Assert.Equal(1, _store.Feed.Head);
        next.Complete();
        await Task.WhenAll(waits).Within("for the second commit");
        Assert.Equal(4, _store.Feed.Head);
        Assert.Equal(2, _journal.Count);
    }

    [Fact]
    public async Task Accept_ComparedWithAnUncommittedLine_WaitsForThatLine()
    {
        var accepted = _store.FromClient("IAMAT a +1+1 5");
        Assert.Equal((AcceptOutcome.Same, accepted.Commit), Pair(_store.FromClient("IAMAT a +1+1 5")));
        Assert.Equal((AcceptOutcome.Stale, accepted.Commit), Pair(_store.FromClient("IAMAT a +2+2 5")));
        Assert.Equal((AcceptOutcome.Stale, accepted.Commit), Pair(_store.FromNeighbour("AT Z 9 a +2+2 4")));
        _store.Find("a", out var asked);
        Assert.Equal(accepted.Commit, asked);

        // The batch is closed: it is the commit under way that is waited for, unless a newer line waits in the next.
        var wait = Committer.WaitAsync(accepted.Commit).AsTask();
        var write = await _journal.NextAsync();
        Assert.Equal((AcceptOutcome.Same, accepted.Commit), Pair(_store.FromClient("IAMAT a +1+1 5")));
        Assert.Equal((AcceptOutcome.Stale, accepted.Commit), Pair(_store.FromClient("IAMAT a +1+1 4")));
        _store.Find("a", out asked);
        Assert.Equal(accepted.Commit, asked);
        Assert.Equal((AcceptOutcome.Accepted, accepted.Commit + 1), Pair(_store.FromClient("IAMAT a +1+1 6")));
        Assert.Equal((AcceptOutcome.Stale, accepted.Commit + 1), Pair(_store.FromClient("IAMAT a +1+1 5")));

        write.Complete();
        await wait.Within("for the commit");
        var next = Committer.WaitAsync(accepted.Commit + 1).AsTask();
        (await _journal.NextAsync()).Complete();
        await next.Within("for the next commit");
        Assert.Equal((AcceptOutcome.Same, 0L), Pair(_store.FromClient("IAMAT a +1+1 6")));
        Assert.Equal((AcceptOutcome.Stale, 0L), Pair(_store.FromClient("IAMAT a +1+1 5")));
    }

    [Fact]
    public async Task WaitAsync_WithNothingToWrite_StillCompletesAndNumbersNothing()
    {
        var wait = Committer.WaitAsync(_store.Store.StartedCommits + 1).AsTask();
        var write = await _journal.NextAsync();
        Assert.Empty(write.Lines);
        write.Complete();
        await wait.Within("for an empty commit");
        Assert.Equal(0, _store.Feed.Head);
        await CommitAsync("IAMAT a +1+1 5");
        Assert.Equal(1, _store.Feed.Head);
    }

    [Fact]
    public async Task AddPosition_BeforeTheClose_IsInThatCommitWithWhatWasAcceptedBefore()
    {
        _store.FromNeighbour("AT Powell 0 a +1+1 5");
        var commit = Committer.AddPosition(new NeighbourPosition("Powell", Boot, 1));
        var second = Committer.AddPosition(new NeighbourPosition("Powell", Boot, 2));
        var wait = Committer.WaitAsync(commit).AsTask();
        var write = await _journal.NextAsync();
        Assert.Equal(["1 AT Powell 0 a +1+1 5"], write.Lines);
        Assert.Equal([new("Powell", Boot, 1), new("Powell", Boot, 2)], write.Positions);
        Assert.Equal(commit, second);
        Assert.Null(Committer.PositionOf("Powell"));

        // The batch is closed: what comes now is in the next one, with its position.
        _store.FromNeighbour("AT Powell 0 a +1+1 6");
        var third = Committer.AddPosition(new NeighbourPosition("Powell", Boot, 3));
        Assert.Equal(commit + 1, third);
        var thirdWait = Committer.WaitAsync(third).AsTask();
        write.Complete();
        await wait.Within("for the commit");
        Assert.Equal(new NeighbourPosition("Powell", Boot, 2), Committer.PositionOf("Powell"));
        var next = await _journal.NextAsync();
        Assert.Equal(["2 AT Powell 0 a +1+1 6"], next.Lines);
        Assert.Equal([new("Powell", Boot, 3)], next.Positions);
        Assert.Equal(new NeighbourPosition("Powell", Boot, 2), Committer.PositionOf("Powell"));
        next.Complete();
        await thirdWait.Within("for the next commit");
        Assert.Equal(new NeighbourPosition("Powell", Boot, 3), Committer.PositionOf("Powell"));
        Assert.Null(Committer.PositionOf("Parker"));
    }

    [Fact]
    public async Task AddPosition_WithoutUpdates_IsWrittenOnce()
    {
        var wait = Committer.WaitAsync(Committer.AddPosition(new NeighbourPosition("Powell", Boot, 9))).AsTask();
        var write = await _journal.NextAsync();
        Assert.Single(write.Positions);
        write.Complete();
        await wait.Within("for the commit");
        Assert.Empty((await CommitAsync("IAMAT a +1+1 5")).Positions);
        Assert.Equal(9, Committer.PositionOf("Powell")!.Value.Sequence);
    }

    [Fact]
    public async Task WaitAsync_JournalFails_FailsForAllNowAndLater()
    {
        var wait = Committer.WaitAsync(_store.FromClient("IAMAT a +1+1 5").Commit).AsTask();
        var write = await _journal.NextAsync();
        var next = Committer.WaitAsync(_store.FromClient("IAMAT b +1+1 5").Commit).AsTask();
        Committer.AddPosition(new NeighbourPosition("Powell", Boot, 1));
        write.Fail(new IOException("disk"));
        await Assert.ThrowsAsync<IOException>(() => wait.Within("for the fault"));
        await Assert.ThrowsAsync<IOException>(() => next.Within("for the fault"));
        await Assert.ThrowsAsync<IOException>(() => Committer.WaitAsync(_store.FromClient("IAMAT a +1+1 5").Commit).AsTask());
        Assert.Equal((0L, 1), (_store.Feed.Head, _journal.Count));
        Assert.Null(Committer.PositionOf("Powell"));
    }

    /// <summary>Whoever waits knows IOException as the journal's fault, whatever a journal's library throws.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WaitAsync_JournalThrowsAnything_IsAnIOExceptionForEver(bool isImmediate)
    {
        foreach (var fault in (Exception[])[new IOException("disk"), new TimeoutException("disk"), new OperationCanceledException("disk")])
        {
            var journal = new FailingJournal(fault, isImmediate);
            var store = new TestStore(journal: journal);
            await Assert.ThrowsAsync<IOException>(() => WaitAsync(store, store.FromClient("IAMAT a +1+1 5").Commit));
            await Assert.ThrowsAsync<IOException>(() => WaitAsync(store, store.FromClient("IAMAT a +1+1 5").Commit));
            await Assert.ThrowsAsync<IOException>(() => WaitAsync(store, store.FromClient("IAMAT b +1+1 5").Commit));
            Assert.Equal((0L, 1), (store.Feed.Head, journal.Count));
        }
    }

    private static async Task WaitAsync(TestStore store, long commit) => await store.Committer.WaitAsync(commit);

    private static (AcceptOutcome Outcome, long Commit) Pair(Acceptance acceptance) => (acceptance.Outcome, acceptance.Commit);

    private static IEnumerable<string> Sorted(IReadOnlyList<string> numbered) =>
        numbered.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]).OrderBy(line => line.Split(' ')[3]);

    private async Task<GatedJournal.Write> CommitAsync(string line)
    {
        var wait = Committer.WaitAsync(_store.FromClient(line).Commit).AsTask();
        var write = await _journal.NextAsync();
        write.Complete();
        await wait.Within("for the commit");
        return write;
    }
}
