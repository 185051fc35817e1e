using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Tests.Flooding;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>What may leave a server before its disk has it, and what may not.</summary>
public sealed class SlowDiskTests
{
    private const string Boot = TestPeer.Boot;
    private const ulong BootNumber = 0x00c0ffee00c0ffee;
    private const string Line = "AT Parker 0 lime +1+1 1400794690";

    private readonly TestHerd _herd = new("Alford-Parker");
    private readonly TestPeer _parker;

    public SlowDiskTests() => _parker = _herd.Play("Parker");

    private TestServer Alford => _herd["Alford"];

    [Fact]
    public async Task Disk_BeforeTheSync_NothingIsAnsweredFloodedAcknowledgedOrShown()
    {
        var journal = new KeptJournal();
        _herd.Start("Alford", journal);
        var own = await _herd.SayAsync("Alford", "IAMAT kiwi +1+1 1400794680");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await link.Receive($"{own}\nHERD MARK {Alford.Boot} 1\n");
        var incoming = await _parker.DialAsync("Alford");

        journal.Hold();
        var newer = _herd.Line("Alford", "kiwi", "+2+2", 1_400_794_690);
        var older = _herd.Line("Alford", "kiwi", "+3+3", 1_400_794_685);
        var (accepted, same, stale, asks, other) = (Alford.Connect(), Alford.Connect(), Alford.Connect(), Alford.Connect(), Alford.Connect());
        await accepted.SendLine("IAMAT kiwi +2+2 1400794690");
        await Deadline.Until(() => journal.Waiting == 1, "for the sync");
        await incoming.Send($"{Line}\nHERD MARK {Boot} 1\n");
        await same.SendLine("IAMAT kiwi +2+2 1400794690");
        await stale.SendLine("IAMAT kiwi +3+3 1400794685");
        await asks.SendLine("WHATSAT kiwi 10 0");
        await other.SendLine("WHATSAT nobody 10 0");
        await other.ReceiveLine("? WHATSAT nobody 10 0");
        await Deadline.Until(
            () => Alford.Herd.Metrics.Lines(Verb.Iamat) == 4 && Alford.Herd.Metrics.Lines(Verb.Whatsat) == 2
                && Alford.Herd.Metrics.Lines(Verb.At) == 1,
            "for the lines to be handled");
        foreach (var peer in new[] { accepted, same, stale, asks, incoming, link })
            Assert.False(peer.HasMore(), $"{peer} hears of it before the sync");
        Assert.Equal([own], Alford.All());
        Assert.Equal(1, Alford.Herd.Feed.Head);
        Assert.Null(Alford.Herd.Committer.PositionOf("Parker"));

        journal.Release();
        await accepted.ReceiveLine(newer);
        await same.ReceiveLine(newer);
        await stale.ReceiveLine(older);
        await asks.ReceiveLine(newer);
        await incoming.ReceiveLine($"HERD ACK {Boot} 1");
        await link.ReceiveLine(newer);
        Assert.Equal(new NeighbourPosition("Parker", BootNumber, 1), journal.PositionOf("Parker"));
    }

    [Fact]
    public async Task Disk_SyncFails_NobodyWhoWaitedIsAnsweredAndTheFailureIsTold()
    {
        var journal = new KeptJournal();
        _herd.Start("Alford", journal);
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        var incoming = await _parker.DialAsync("Alford");
        journal.Hold();
        var (accepted, next) = (Alford.Connect(), Alford.Connect());
        await accepted.SendLine("IAMAT kiwi +2+2 1400794690");
        await Deadline.Until(() => journal.Waiting == 1, "for the sync");
        await next.SendLine("IAMAT lime +2+2 1400794690");
        await incoming.Send($"{Line}\nHERD MARK {Boot} 1\n");
        await Deadline.Until(
            () => Alford.Herd.Metrics.Lines(Verb.Iamat) == 2 && Alford.Herd.Metrics.Lines(Verb.At) == 1, "for the lines to be handled");
        Assert.False(Alford.Herd.Committer.Failure.IsCompleted);
        journal.Fail(new IOException("disk"));
        foreach (var peer in new[] { accepted, next, incoming })
            await peer.ReceiveEnd();
        Assert.Equal("disk", (await Alford.Herd.Committer.Failure.Within("for the failure")).Message);
        Assert.False(link.HasMore());
        Assert.Equal((0L, 0), (Alford.Herd.Feed.Head, journal.Lines.Count));
    }

    [Fact]
    public async Task EverySecond_BeforeTheSync_AnswersAndFloodsButAcknowledgesAndSavesNothing()
    {
        var journal = new KeptJournal(Durability.EverySecond);
        _herd.Start("Alford", journal);
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        var incoming = await _parker.DialAsync("Alford");
        journal.Hold();
        var own = await _herd.SayAsync("Alford", "IAMAT kiwi +1+1 1400794680");
        await link.Receive($"{own}\nHERD MARK {Alford.Boot} 1\n");
        await incoming.Send($"{Line}\nHERD MARK {Boot} 1\nHERD PING 1400794699.000000000\n");
        Assert.StartsWith("HERD PONG", await incoming.ReceiveLine(), StringComparison.Ordinal);
        Assert.Equal([own, Line], Alford.All());
        Assert.Equal(2, Alford.Herd.Feed.Head);
        Assert.NotEqual(0UL, Alford.Herd.Store.Digest);
        Assert.False(incoming.HasMore());
        Assert.Null(Alford.Herd.Committer.PositionOf("Parker"));
        await (await SecondSessionAsync("- 0")).SendLine($"HERD MARK {Boot} 1");

        // A second later the sync begins, and the answers wait for no more than that it ends.
        _herd.Time.Advance(TimeSpan.FromSeconds(1));
        await Deadline.Until(() => journal.Waiting == 1, "for the sync");
        Assert.Null(Alford.Herd.Committer.PositionOf("Parker"));
        journal.Release();
        await Deadline.Until(() => Alford.Herd.Committer.PositionOf("Parker")?.Sequence == 1, "for the position");
        await SecondSessionAsync($"{Boot} 1");
    }

    [Fact]
    public async Task EverySecond_SyncEnds_AcknowledgesWithoutAnotherLine()
    {
        var journal = new KeptJournal(Durability.EverySecond);
        _herd.Start("Alford", journal);
        var incoming = await _parker.DialAsync("Alford");
        for (var sequence = 1; sequence <= 5; sequence++)
        {
            await incoming.Send($"AT Parker 0 lime +1+1 {1_400_794_000 + sequence}\nHERD MARK {Boot} {sequence}\nHERD PING 1400794699.0\n");
            Assert.StartsWith("HERD PONG", await incoming.ReceiveLine(), StringComparison.Ordinal);
            Assert.False(incoming.HasMore());
            Assert.NotEqual(sequence, Alford.Herd.Committer.PositionOf("Parker")?.Sequence);
            _herd.Time.Advance(TimeSpan.FromSeconds(1));
            await incoming.ReceiveLine($"HERD ACK {Boot} {sequence}");
            Assert.Equal(sequence, Alford.Herd.Committer.PositionOf("Parker")?.Sequence);
        }
    }

    [Fact]
    public async Task EverySecond_SyncFails_NothingIsAnsweredAnyMore()
    {
        var journal = new KeptJournal(Durability.EverySecond);
        _herd.Start("Alford", journal);
        await _herd.SayAsync("Alford", "IAMAT kiwi +1+1 1400794680");
        journal.Fail(new IOException("disk"));
        _herd.Time.Advance(TimeSpan.FromSeconds(1));
        await Alford.Herd.Committer.Failure.Within("for the failure");
        var client = Alford.Connect();
        await client.SendLine("IAMAT kiwi +1+1 1400794690");
        await client.ReceiveEnd();
    }

    private Task<Connections.Transcript> SecondSessionAsync(string have) => _parker.DialAsync("Alford", have);

    /// <summary>A wake-up that finds nothing new, or is the second of two that are noticed as one, ends no session.</summary>
    [Fact]
    public async Task WokenTwice_SessionGoesOn()
    {
        var (dialled, accepted) = Connections.MemoryConnection.Pair();
        _herd.Start("Alford", new KeptJournal(Durability.EverySecond));
        _ = Alford.Accept(accepted);
        var link = new Connections.Transcript(dialled);
        await link.SendLine(_parker.Hello("Alford"));
        var answer = await link.ReceiveLine();
        var proof = TestPeer.Proof(_parker.Hello("Alford"), answer[..answer.LastIndexOf(' ')], "dialler");
        await link.SendLine($"HERD PROVE {proof}");
        await link.ReceiveLine("HERD HAVE - 0");
        for (var i = 0; i < 20; i++)
        {
            accepted.Input.CancelPendingRead();
            await link.SendLine("HERD PING 1400794699.0");
            Assert.StartsWith("HERD PONG", await link.ReceiveLine(), StringComparison.Ordinal);
        }
    }
}
