using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>A server that is started again on what its journal holds.</summary>
public sealed class RecoveryTests
{
    private static readonly LocationLimits Minutes = new() { ExpireAfter = TimeSpan.FromMinutes(10) };

    private readonly KeptJournal _journal = new();
    private readonly TestTime _time = new();
    private int _seed;

    [Fact]
    public async Task Recover_WhatWasCommitted_IsThereWithItsNumbers()
    {
        var before = Start();
        for (var i = 0; i < 100; i++)
            await SayAsync(before, $"IAMAT client{i % 40} +1+1 {1_400_794_000 + i}");
        await SayAsync(before, $"IAMAT {new string('x', 255)} +1+1 1400794690");
        var numbers = _journal.Lines.ToDictionary(line => line.Key, line => line.Value.Sequence);
        for (var start = 0; start < 3; start++)
        {
            var after = Start();
            Assert.Equal(before.All(), after.All());
            Assert.Equal((41L, before.Herd.Store.Digest), (after.Herd.Store.Count, after.Herd.Store.Digest));
            Assert.Equal(101, after.Herd.Feed.Head);

            // A follower from any number sees what has a larger one, by the index and by a scan.
            foreach (var cursor in (long[])[0, 60, 61, 80, 100, 101])
                Assert.Equal(numbers.Values.Count(number => number > cursor), Follow(after, cursor));
        }

        var next = Start();
        await SayAsync(next, "IAMAT next +1+1 1400794690");
        Assert.Equal(102, _journal.Lines["next"].Sequence);
    }

    [Fact]
    public async Task Recover_TheHighestNumbersLineWasRemoved_NumbersGoOnBehindIt()
    {
        var server = Start(Minutes);
        await SayAsync(server, "IAMAT stays +1+1 1400794600");
        await SayAsync(server, "IAMAT goes +1+1 1400794200");
        _time.Advance(TimeSpan.FromMinutes(3));
        await server.Herd.Keeper.SweepAsync();
        Assert.Equal(["stays"], _journal.Lines.Keys);
        Assert.Equal(3, _journal.LastSequence);

        var after = Start(Minutes);
        Assert.Equal(3, after.Herd.Feed.Head);
        await SayAsync(after, "IAMAT next +1+1 1400794690");
        Assert.Equal(4, _journal.Lines["next"].Sequence);
        Assert.True(after.Herd.Boots.Reached(server.Herd.Identity.Boot, 3, 4));
        Assert.False(after.Herd.Boots.Reached(server.Herd.Identity.Boot, 4, 4));
    }

    [Fact]
    public async Task Recover_LinesThatAreNotWhatWasWritten_AreLeftOutAndCounted()
    {
        var before = Start();
        foreach (var client in "abcd")
            await SayAsync(before, $"IAMAT {client} +1+1 1400794690");
        var all = before.All();
        _journal.Lines["a"] = _journal.Lines["a"] with { Line = _journal.Lines["a"].Line.Replace("+1+1", "+1+3") };
        _journal.Lines["b"] = _journal.Lines["b"] with { Hash = 1 };
        var after = Start();
        Assert.Equal(all[2..], after.All());
        Assert.Contains("2 locations", Assert.Single(after.Log.Of(151)), StringComparison.Ordinal);
        Assert.Equal(4, after.Herd.Feed.Head);
    }

    [Fact]
    public async Task Recover_ClockIn1970_KeepsWhatTheGateWouldRefuse()
    {
        var before = Start();
        await SayAsync(before, "IAMAT a +1+1 1400794690");
        var early = new TestServer(time: TimeAt1970(), journal: _journal, seed: ++_seed);
        Assert.Equal(before.All(), early.All());
        await early.Herd.Keeper.SweepAsync();
        Assert.Equal(before.All(), early.All());
        var client = early.Connect();
        await client.SendLine("WHATSAT a 10 0");
        await client.ReceiveLine(before.All()[0]);
    }

    [Fact]
    public async Task Recover_WhatHasExpired_IsNotShownAndIsRemovedByTheNextSweep()
    {
        await SayAsync(Start(), "IAMAT old +1+1 1400794000");
        await SayAsync(Start(), "IAMAT new +1+1 1400794690");
        var after = Start(Minutes);
        var client = after.Connect();
        await client.SendLine("WHATSAT old 10 0");
        await client.ReceiveLine("? WHATSAT old 10 0");
        await after.Herd.Keeper.SweepAsync();
        Assert.Equal(["new"], _journal.Lines.Keys);
        Assert.Equal(1, after.Herd.Store.Count);
    }

    [Fact]
    public async Task Recover_MoreThanClientsMax_KeepsAllAndRefusesNewOnes()
    {
        for (var i = 0; i < 5; i++)
            await SayAsync(Start(), $"IAMAT {i} +1+1 1400794690");
        var after = Start(new LocationLimits { ClientsMax = 3 });
        Assert.Equal(5, after.Herd.Store.Count);
        var client = after.Connect();
        await client.Send("IAMAT new +1+1 1400794690\nIAMAT 0 +1+1 1400794691\n");
        await client.ReceiveLine("? IAMAT new +1+1 1400794690");
        Assert.StartsWith("AT Alford", await client.ReceiveLine(), StringComparison.Ordinal);
    }

    private static TestTime TimeAt1970() => new(DateTimeOffset.UnixEpoch.AddHours(1));

    private static int Follow(TestServer server, long cursor)
    {
        var follower = new Herd.Feeds.FeedFollower(server.Herd.Store, server.Herd.Feed, server.Time, cursor, 0);
        var lines = 0;
        while (!follower.IsAtEnd)
            lines += TestStore.Copy(follower).Count;
        return lines;
    }

    private static async Task SayAsync(TestServer server, string iamat)
    {
        var client = server.Connect();
        await client.SendLine(iamat);
        Assert.StartsWith("AT Alford ", await client.ReceiveLine(), StringComparison.Ordinal);
    }

    private TestServer Start(LocationLimits? limits = null) => new(time: _time, journal: _journal, limits: limits, seed: ++_seed);
}
