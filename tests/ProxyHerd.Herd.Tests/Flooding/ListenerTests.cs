using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Tests.Commits;
using ProxyHerd.Herd.Tests.Connections;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>A neighbour's link, from the listening side, as it reads on the wire.</summary>
public sealed class ListenerTests
{
    private const string Boot = TestPeer.Boot;

    private readonly TestHerd _herd = new("Alford-Parker");
    private readonly TestPeer _parker;

    public ListenerTests()
    {
        _parker = new TestPeer(_herd, "Parker");
        _herd.Start("Alford");
    }

    private TestServer Alford => _herd["Alford"];

    [Fact]
    public async Task Session_FromHelloToBye_ReadsAsDescribed()
    {
        var link = _parker.Connect("Alford");
        await link.SendLine(_parker.Hello("Alford"));
        var answer = (await link.ReceiveLine()).Split(' ');
        Assert.Equal(["HERD", "HELLO", "1", "Alford", "Parker", Alford.Boot, "Memory"], answer[..7]);
        var hello = string.Join(' ', answer[..8]);
        Assert.Equal(TestPeer.Proof(_parker.Hello("Alford"), hello, "listener"), answer[8]);
        await link.SendLine($"HERD PROVE {TestPeer.Proof(_parker.Hello("Alford"), hello, "dialler")}");
        await link.ReceiveLine("HERD HAVE - 0");
        await link.Send($"HERD FROM {Boot} 0\nAT Parker +1 kiwi +1+1 1400794690\nAT Parker +1 lime +1+1 1400794690\nHERD MARK {Boot} 2\n");
        await link.ReceiveLine($"HERD ACK {Boot} 2");
        Assert.Equal(["AT Parker +1 kiwi +1+1 1400794690", "AT Parker +1 lime +1+1 1400794690"], Alford.All());
        await link.Send($"HERD PING 1400794699.000000000\r\n\r\nHERD MARK {Boot} 3\nHERD MARK {Boot} 5\n");
        await link.Receive($"HERD PONG 1400794699.000000000 1400794699.500907800\nHERD ACK {Boot} 5\n");
        await link.SendLine("HERD BYE stopping");
        await link.ReceiveEnd();
        await _parker.DialAsync("Alford", have: $"{Boot} 5", from: "5");
    }

    [Theory]
    [InlineData("Parker Bolden", "not-neighbours")] // another's name
    [InlineData("Bolden Alford", "not-neighbours")] // nobody we know
    [InlineData("Alford Alford", "not-neighbours")] // our own name
    [InlineData("Alford Parker", "not-neighbours")]
    public async Task Hello_WrongNames_IsRefusedAndLogged(string names, string reason)
    {
        var link = _parker.Connect("Alford");
        await link.SendLine($"HERD HELLO 1 {names} {Boot} Memory {TestPeer.Nonce}");
        await link.ReceiveLine($"HERD BYE {reason}");
        await link.ReceiveEnd();
        Assert.Single(Alford.Log.Of(125));
    }

    [Fact]
    public async Task Prove_WithWhatAnybodyCouldHave_IsRefused()
    {
        var old = await ProofOfASessionAsync();
        var proofs = new Func<string, string, string, string>[]
        {
            (ours, theirs, _) => TestPeer.Proof(ours, theirs, "dialler", "another secret"),
            (ours, theirs, _) => TestPeer.Proof(ours, theirs, "dialler", ""),
            (_, _, reflected) => reflected, // their own proof, shown back
            (_, _, _) => old, // another session's
            (ours, theirs, _) => TestPeer.Proof(theirs, ours, "dialler"),
            (_, _, _) => new string('0', 64),
        };
        foreach (var proof in proofs)
        {
            var link = _parker.Connect("Alford");
            await link.SendLine(_parker.Hello("Alford"));
            var answer = await link.ReceiveLine();
            var split = answer.LastIndexOf(' ');
            await link.Send($"HERD PROVE {proof(_parker.Hello("Alford"), answer[..split], answer[(split + 1)..])}\nHERD FROM {Boot} 0\nAT Parker 0 a +1+1 1\n");
            await link.ReceiveLine("HERD BYE wrong-proof");
            await link.ReceiveEnd();
        }

        Assert.Equal(proofs.Length, Alford.Log.Of(125).Count());
        Assert.Equal(0, Alford.Herd.Store.Count);
    }

    [Theory]
    [InlineData("AT Parker 0 a +1+1 1")]
    [InlineData("HERD FROM 00c0ffee00c0ffee 0\nAT Parker 0 a +1+1 1")]
    [InlineData("HERD MARK 00c0ffee00c0ffee 9")]
    [InlineData("HERD PING 1.000000000")]
    [InlineData("hello")]
    public async Task AnythingBeforeProve_EndsTheLink(string lines)
    {
        var link = _parker.Connect("Alford");
        await link.Send($"{_parker.Hello("Alford")}\n{lines}\n");
        await link.ReceiveLine();
        await link.ReceiveLine("HERD BYE malformed");
        await link.ReceiveEnd();
        Assert.Equal(0, Alford.Herd.Store.Count);
    }

    [Theory]
    [InlineData("AT Parker 0 b +1+1 1400800000", AcceptOutcome.AheadOfClock)]
    [InlineData("AT Parker 0 b 1+1 1400794690", null)]
    public async Task Mark_AfterAnAtThatWasNotTaken_IsNeitherKeptNorAcknowledged(string bad, AcceptOutcome? outcome)
    {
        var link = await _parker.DialAsync("Alford");
        await link.Send($"AT Parker 0 a +1+1 1\nHERD MARK {Boot} 1\n{bad}\nAT Parker 0 c +1+1 1\nHERD MARK {Boot} 3\n");
        await link.ReceiveLine($"HERD ACK {Boot} 1");
        await link.Send($"AT Parker 0 d +1+1 1\nHERD MARK {Boot} 4\nHERD PING 1.000000000\n");
        Assert.StartsWith("HERD PONG", await link.ReceiveLine(), StringComparison.Ordinal);
        Assert.Equal(3, Alford.Herd.Store.Count); // what follows is taken all the same
        Assert.Equal(outcome is null ? 0 : 1, Alford.Herd.Metrics.Updates(AcceptOutcome.AheadOfClock));
        Assert.Single(Alford.Log.Of(127));
        await link.SendEnd();
        await link.ReceiveEnd();

        // In the next session it is taken, and marks count again.
        _herd.Time.Advance(TimeSpan.FromHours(5));
        var next = await _parker.DialAsync("Alford", have: $"{Boot} 1", from: "1");
        await next.Send($"AT Parker 0 b +1+1 1400800000\nHERD MARK {Boot} 4\n");
        await next.ReceiveLine($"HERD ACK {Boot} 4");
        Assert.Equal(4, Alford.Herd.Store.Count);
    }

    [Fact]
    public async Task Clock_SetRightAfterARefusal_EndsTheSession_SoThatItIsSentAgain()
    {
        var link = await _parker.DialAsync("Alford");
        await link.Send($"AT Parker 0 b +1+1 1400800000\nHERD PING 1.000000000\n");
        Assert.StartsWith("HERD PONG", await link.ReceiveLine(), StringComparison.Ordinal);
        _herd.Time.Jump = TimeSpan.FromHours(2);
        _herd.Time.Advance(TimeSpan.FromSeconds(1));
        await link.ReceiveLine("HERD BYE clock-set");
        await link.ReceiveEnd();

        var next = await _parker.DialAsync("Alford");
        await next.Send($"AT Parker 0 b +1+1 1400800000\nHERD MARK {Boot} 1\n");
        await next.ReceiveLine($"HERD ACK {Boot} 1");
    }

    /// <summary>That the gate moves on with time is no reason to end a session: repair brings what it lets in.</summary>
    [Fact]
    public async Task Clock_GoesOnAfterARefusal_TheSessionStays()
    {
        var link = await _parker.DialAsync("Alford");
        var time = TestStore.Start.ToUnixTimeSeconds() + 3660 + 5;
        await link.Send($"AT Parker 0 b +1+1 {time}\nHERD PING 1.000000000\n");
        Assert.StartsWith("HERD PONG", await link.ReceiveLine(), StringComparison.Ordinal);
        Assert.Equal(0, Alford.Herd.Store.Count);
        _herd.Time.Advance(TimeSpan.FromSeconds(10));
        await link.Send($"AT Parker 0 b +1+1 {time}\nHERD MARK {Boot} 1\nHERD PING 2.000000000\n");
        Assert.StartsWith("HERD PONG", await link.ReceiveLine(), StringComparison.Ordinal);
        Assert.Equal(1, Alford.Herd.Store.Count);
    }

    [Fact]
    public async Task StoreFull_EndsTheLinkBeforeTheMark()
    {
        _herd.Start("Alford", limits: new LocationLimits { ClientsMax = 1 });
        var link = await _parker.DialAsync("Alford");
        await link.Send($"AT Parker 0 a +1+1 1\nAT Parker 0 b +1+1 1\nHERD MARK {Boot} 2\nAT Parker 0 c +1+1 1\nHERD MARK {Boot} 3\n");
        await link.ReceiveLine("HERD BYE full");
        await link.ReceiveEnd();
        Assert.Equal(2, Alford.Herd.Store.Count);
    }

    [Fact]
    public async Task Malformed_TenInAMinute_EndTheLink()
    {
        var link = await _parker.DialAsync("Alford");
        for (var i = 0; i < 9; i++)
            await link.SendLine("HERD nonsense");
        await link.SendLine("HERD PING 1.000000000");
        await link.ReceiveLine();
        for (var i = 0; i < 7; i++)
        {
            _herd.Time.Advance(TimeSpan.FromSeconds(10)); // a minute goes by, without fifteen seconds of silence
            await link.SendLine("HERD PING 1.000000000");
            await link.ReceiveLine();
        }

        for (var i = 0; i < 9; i++)
            await link.SendLine($"HERD MARK {TestPeer.Nonce} 1");
        await link.SendLine("HERD PING 1.000000000");
        await link.ReceiveLine();
        await link.SendLine("hello");
        await link.ReceiveLine("HERD BYE malformed");
        await link.ReceiveEnd();
    }

    [Fact]
    public async Task Line_TooLong_EndsTheLink()
    {
        var link = await _parker.DialAsync("Alford");
        await link.Send(new string('x', 8_193));
        await link.ReceiveLine("HERD BYE malformed");
        await link.ReceiveEnd();
    }

    [Fact]
    public async Task Peer_ThatDoesNotFinishGreeting_IsHungUpOnAfterFiveSeconds()
    {
        var link = _parker.Connect("Alford");
        await link.SendLine(_parker.Hello("Alford"));
        await link.ReceiveLine();
        _herd.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(link.Connection.IsAborted);
        await _herd.Advance(() => link.Connection.IsAborted, () => "for the hang-up");
        await link.ReceiveEnd();
    }

    [Fact]
    public async Task Peer_ThatFallsSilent_IsHungUpOnAfterFifteenSeconds()
    {
        var link = await _parker.DialAsync("Alford");
        await link.SendLine("HERD PING 1.000000000");
        await link.ReceiveLine();
        var start = _herd.Time.GetTimestamp();
        await _herd.Advance(() => link.Connection.IsAborted, () => "for the hang-up");
        Assert.InRange(_herd.Time.GetElapsedTime(start).TotalSeconds, 15, 17);
        await link.ReceiveEnd();
        await Deadline.Until(() => Alford.Log.Of(124).Any(text => text.Contains("silent")), "for the log");
    }

    [Fact]
    public async Task Session_OfTheSameNeighbour_ReplacesTheOlder()
    {
        var older = await _parker.DialAsync("Alford");
        await older.Send($"AT Parker 0 a +1+1 1\nHERD MARK {Boot} 1\n");
        await older.ReceiveLine($"HERD ACK {Boot} 1");

        // One that has not proved itself changes nothing.
        var fake = _parker.Connect("Alford");
        await fake.Send($"{_parker.Hello("Alford")}\nHERD PROVE {new string('0', 64)}\n");
        await fake.ReceiveLine();
        await fake.ReceiveLine("HERD BYE wrong-proof");
        await older.SendLine("HERD PING 1.000000000");
        await older.ReceiveLine();

        var newer = await _parker.DialAsync("Alford", have: $"{Boot} 1", from: "1");
        await older.ReceiveLine("HERD BYE replaced");
        await older.ReceiveEnd();
        await newer.Send($"AT Parker 0 b +1+1 1\nHERD MARK {Boot} 2\n");
        await newer.ReceiveLine($"HERD ACK {Boot} 2");
    }

    [Fact]
    public async Task Connection_CutInTheMiddleOfALine_LeavesNoHalfLine()
    {
        var link = await _parker.DialAsync("Alford");
        await link.Send($"AT Parker 0 a +1+1 1400794690.500000000\nHERD MARK {Boot} 1\nAT Parker 0 b +1+1 1400794690.5000");
        await link.ReceiveLine($"HERD ACK {Boot} 1");
        await link.SendEnd();
        await link.ReceiveEnd();
        await Alford.HandlersEnd();
        Assert.Equal(["AT Parker 0 a +1+1 1400794690.500000000"], Alford.All());
    }

    [Fact]
    public async Task Mark_IsAcknowledgedAfterTheCommitThatHoldsIt()
    {
        var journal = new GatedJournal();
        _herd.Start("Alford", journal);
        var link = await _parker.DialAsync("Alford");
        await link.Send($"AT Parker 0 a +1+1 1\nHERD MARK {Boot} 1\n");
        var write = await journal.NextAsync();
        Assert.Equal(["1 AT Parker 0 a +1+1 1"], write.Lines);
        Assert.Equal([new("Parker", 0x00c0ffee00c0ffee, 1)], write.Positions);
        Assert.False(link.HasMore());
        var other = _parker.Connect("Alford");
        await other.SendLine(_parker.Hello("Alford"));
        var hello = await other.ReceiveLine();
        await other.SendLine($"HERD PROVE {TestPeer.Proof(_parker.Hello("Alford"), hello[..hello.LastIndexOf(' ')], "dialler")}");
        await other.ReceiveLine("HERD HAVE - 0"); // not committed, so not had
        write.Complete();
        await link.ReceiveLine($"HERD ACK {Boot} 1");
        await link.ReceiveLine("HERD BYE replaced");
    }

    [Fact]
    public async Task Journal_Fails_NothingIsAcknowledged()
    {
        var journal = new GatedJournal();
        _herd.Start("Alford", journal);
        var link = await _parker.DialAsync("Alford");
        await link.Send($"AT Parker 0 a +1+1 1\nHERD MARK {Boot} 1\n");
        (await journal.NextAsync()).Fail(new IOException("disk"));
        await link.ReceiveEnd();
        await Alford.HandlersEnd();
    }

    [Fact]
    public async Task Stopping_SaysByeAndEnds()
    {
        var (dialled, accepted) = MemoryConnection.Pair();
        var link = new Transcript(dialled);
        var handler = Alford.Accept(accepted);
        await link.SendLine(_parker.Hello("Alford"));
        await link.ReceiveLine();
        accepted.RequestClose();
        await link.ReceiveLine("HERD BYE stopping");
        await link.ReceiveEnd();
        await handler.Within("for the handler");
    }

    private async Task<string> ProofOfASessionAsync()
    {
        var link = _parker.Connect("Alford");
        await link.SendLine(_parker.Hello("Alford"));
        var hello = await link.ReceiveLine();
        var proof = TestPeer.Proof(_parker.Hello("Alford"), hello[..hello.LastIndexOf(' ')], "dialler");
        await link.SendLine($"HERD PROVE {proof}");
        await link.ReceiveLine("HERD HAVE - 0");
        await link.SendLine("HERD BYE stopping");
        await link.ReceiveEnd();
        return proof;
    }
}
