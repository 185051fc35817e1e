using Microsoft.Extensions.Logging;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Tests.Connections;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>A link from the dialling side, as it reads on the wire, and when it dials.</summary>
public sealed class LinkTests
{
    private readonly TestHerd _herd = new("Alford-Parker");
    private readonly TestPeer _parker;

    public LinkTests() => _parker = _herd.Play("Parker");

    private TestServer Alford => _herd["Alford"];

    private LinkReport Report => Assert.Single(Alford.Herd.Links.Report());

    [Fact]
    public async Task Session_FromHelloToBye_ReadsAsDescribed()
    {
        _herd.Start("Alford");
        var first = await _herd.SayAsync("Alford", "IAMAT kiwi +1+1 1400794690");
        var link = await _parker.AcceptAsync();
        var theirs = await link.ReceiveLine();
        Assert.Matches($"^HERD HELLO 1 Alford Parker {Alford.Boot} Memory [0-9a-f]{{32}}$", theirs);
        var hello = _parker.Hello("Alford");
        await link.SendLine($"{hello} {TestPeer.Proof(theirs, hello, "listener")}");
        await link.ReceiveLine($"HERD PROVE {TestPeer.Proof(theirs, hello, "dialler")}");
        Assert.Equal(LinkState.Connecting, Report.State);
        await link.SendLine("HERD HAVE - 0");
        await link.Receive($"HERD FROM {Alford.Boot} 0\n{first}\nHERD MARK {Alford.Boot} 1\n");
        Assert.Equal(0, Report.Acknowledged);
        await link.SendLine($"HERD ACK {Alford.Boot} 1");
        await Deadline.Until(() => Report is { State: LinkState.Live, Behind: 0, Acknowledged: 1 }, "for the ACK");

        var second = await _herd.SayAsync("Alford", "IAMAT kiwi +2+2 1400794691");
        await link.Receive($"{second}\nHERD MARK {Alford.Boot} 2\n");
        var before = _herd.Time.GetTimestamp();
        await _herd.Advance(link.HasMore, () => "for a look when it is quiet");
        Assert.StartsWith("HERD DIGEST 0 0 ", await link.ReceiveLine(), StringComparison.Ordinal);
        await _herd.Advance(link.HasMore, () => "for a PING");
        Assert.InRange(_herd.Time.GetElapsedTime(before).TotalSeconds, 0, 7);
        var ping = await link.ReceiveLine();
        Assert.Matches(@"^HERD PING 14007947\d\d\.\d{9}$", ping);
        await link.SendLine($"HERD PONG {ping[10..]} 1400794700.000000000");

        var stopped = Alford.StopLinksAsync();
        await link.ReceiveLine("HERD BYE stopping");
        await link.ReceiveEnd();
        Assert.False(stopped.IsCompleted, "It waits until the neighbour has committed what it was sent, and hangs up.");
        await link.SendEnd();
        await stopped.Within("for the links to stop");
    }

    [Theory]
    [InlineData("- 0", 0)]
    [InlineData("{boot} 2", 2)]
    [InlineData("{boot} 3", 3)]
    [InlineData("{boot} 4", 0)] // beyond the head
    [InlineData("{boot} 9223372036854775807", 0)]
    [InlineData("00c0ffee00c0ffee 2", 0)] // a boot that is not ours
    public async Task Have_IsHonouredOnlyIfItCanBeTrue(string have, int start)
    {
        _herd.Start("Alford");
        var lines = new List<string>();
        foreach (var client in "abc")
            lines.Add(await _herd.SayAsync("Alford", $"IAMAT {client} +1+1 1400794690"));
        var link = await _parker.GreetAsync("Alford", have.Replace("{boot}", Alford.Boot), $"{start}");
        Assert.Equal(start, Report.Acknowledged);
        if (start < 3)
            await link.Receive(string.Concat(lines[start..].Select(line => line + "\n")) + $"HERD MARK {Alford.Boot} 3\n");
        var next = await _herd.SayAsync("Alford", "IAMAT d +1+1 1400794690");
        await link.Receive($"{next}\nHERD MARK {Alford.Boot} 4\n");
    }

    [Fact]
    public async Task CatchUpOff_StartsAtTheHeadAndMarksNothing()
    {
        _herd.Options.CatchUp = false;
        _herd.Start("Alford");
        await _herd.SayAsync("Alford", "IAMAT a +1+1 1400794690");
        var link = await _parker.GreetAsync("Alford", "- 0", "1");
        Assert.Equal(0, Report.Acknowledged);
        var (next, last) = (await _herd.SayAsync("Alford", "IAMAT b +1+1 1400794690"), await _herd.SayAsync("Alford", "IAMAT c +1+1 1400794690"));
        await link.Receive($"{next}\n{last}\n");
        await _herd.Advance(link.HasMore, () => "for a PING");
        Assert.StartsWith("HERD PING", await link.ReceiveLine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SplitHorizon_WhatABootBrought_GoesBackOnlyToAnotherBoot()
    {
        _herd.Start("Alford");
        var incoming = await _parker.DialAsync("Alford");
        await incoming.Send($"AT Parker 0 a +1+1 1\nHERD MARK {TestPeer.Boot} 1\n");
        await incoming.ReceiveLine($"HERD ACK {TestPeer.Boot} 1");
        var own = await _herd.SayAsync("Alford", "IAMAT b +1+1 1400794690");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await link.Receive($"{own}\nHERD MARK {Alford.Boot} 2\n");
        link.Connection.Abort();

        var restarted = await _parker.GreetAsync("Alford", "- 0", "0", boot: "00000000000000aa");
        await restarted.Receive($"AT Parker 0 a +1+1 1\n{own}\nHERD MARK {Alford.Boot} 2\n");
    }

    [Fact]
    public async Task Quiet_WhatOnlyTheNeighbourBrought_IsMarkedWithThePing()
    {
        _herd.Start("Alford");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        var incoming = await _parker.DialAsync("Alford");
        await incoming.Send($"AT Parker 0 a +1+1 1\nHERD MARK {TestPeer.Boot} 1\n");
        await incoming.ReceiveLine($"HERD ACK {TestPeer.Boot} 1");
        await _herd.Advance(link.HasMore, () => "for a look when it is quiet");
        Assert.StartsWith("HERD DIGEST 0 0 ", await link.ReceiveLine(), StringComparison.Ordinal);
        await _herd.Advance(link.HasMore, () => "for a PING");
        await link.ReceiveLine($"HERD MARK {Alford.Boot} 1");
        Assert.StartsWith("HERD PING", await link.ReceiveLine(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Parker Alford", "another secret", true)]
    [InlineData("Bolden Alford", TestHerd.Secret, false)]
    [InlineData("Parker Bolden", TestHerd.Secret, false)]
    [InlineData("Alford Parker", TestHerd.Secret, false)]
    public async Task Hello_WrongSecretOrNames_IsToldNothing(string names, string secret, bool saysBye)
    {
        _herd.Start("Alford");
        await _herd.SayAsync("Alford", "IAMAT a +1+1 1400794690");
        var link = await _parker.AcceptAsync();
        var theirs = await link.ReceiveLine();
        var hello = $"HERD HELLO 1 {names} {TestPeer.Boot} Memory {TestPeer.Nonce}";
        await link.Send($"{hello} {TestPeer.Proof(theirs, hello, "listener", secret)}\nHERD HAVE - 0\n");
        if (saysBye)
            await link.ReceiveLine("HERD BYE wrong-proof");
        await link.ReceiveEnd();
    }

    [Fact]
    public async Task Hello_ReflectedOrWithoutProof_IsToldNothing()
    {
        _herd.Start("Alford");
        var link = await _parker.AcceptAsync();
        var theirs = await link.ReceiveLine();
        await link.SendLine(theirs);
        await link.ReceiveEnd();
        link = await _parker.AcceptAsync();
        await link.ReceiveLine();
        await link.SendLine(_parker.Hello("Alford"));
        await link.ReceiveLine("HERD BYE wrong-proof");
        await link.ReceiveEnd();
    }

    [Fact]
    public async Task Neighbour_ThatDoesNotGreet_IsHungUpOnAfterFiveSeconds()
    {
        _herd.Start("Alford");
        var link = await _parker.AcceptAsync();
        await link.ReceiveLine();
        var start = _herd.Time.GetTimestamp();
        await _herd.Advance(() => link.Connection.IsAborted, () => "for the hang-up");
        Assert.InRange(_herd.Time.GetElapsedTime(start).TotalSeconds, 3, 7);
    }

    [Fact]
    public async Task Neighbour_ThatDoesNotAnswerPings_IsHungUpOnAfterFifteenSeconds()
    {
        _herd.Start("Alford");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        var start = _herd.Time.GetTimestamp();
        await _herd.Advance(() => link.Connection.IsAborted, () => "for the hang-up");
        Assert.InRange(_herd.Time.GetElapsedTime(start).TotalSeconds, 14, 17);
    }

    [Fact]
    public async Task Refused_IsDialledAgainAtTwiceTheWaitUpToThirtySeconds()
    {
        _herd.Network.Unlisten(_herd.HostOf("Parker"));
        _herd.Start("Alford");
        await _herd.Advance(() => _herd.Network.Dials.Count >= 14, () => "for the dials", stepSeconds: 1);
        var waits = Waits();
        for (var i = 0; i < 12; i++)
        {
            var most = Math.Min(0.1 * Math.Pow(2, i), 30);
            Assert.InRange(waits[i].TotalSeconds, most / 2, most);
        }

        Assert.Single(Alford.Log.Of(120));
    }

    [Fact]
    public async Task Prove_OfTheNeighbour_RedialsItAtOnce()
    {
        _herd.Network.Unlisten(_herd.HostOf("Parker"));
        _herd.Start("Alford");
        await _herd.Advance(() => _herd.Network.Dials.Count >= 12, () => "for the wait to be long", stepSeconds: 1);
        _herd.Network.Listen(_herd.HostOf("Parker"), _parker.Accept);
        var dials = _herd.Network.Dials.Count;
        await _parker.DialAsync("Alford");
        await Deadline.Until(() => _herd.Network.Dials.Count > dials, "for the dial"); // while the clock stands
    }

    [Fact]
    public async Task ByeReplaced_IsWaitedOutForThirtySecondsWhateverComes()
    {
        _herd.Start("Alford");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");

        // The neighbour's own link has come up while ours was: nobody may take that for news after the BYE.
        await _parker.DialAsync("Alford");
        await link.SendLine("HERD BYE replaced");
        var replaced = _herd.Time.GetTimestamp();
        await link.ReceiveEnd();
        await _parker.DialAsync("Alford");
        await _herd.Advance(() => _parker.Count == 2, () => "for the next dial", stepSeconds: 0.5);
        Assert.InRange(_herd.Time.GetElapsedTime(replaced).TotalSeconds, 30, 60);
        Assert.Contains(Alford.Log.Entries, entry => entry is { Level: LogLevel.Error, Id: 126 });
    }

    [Fact]
    public async Task ByeFull_IsNotFollowedByARedialAtOnce()
    {
        _herd.Start("Alford");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await link.SendLine("HERD BYE full");
        var refused = _herd.Time.GetTimestamp();
        await link.ReceiveEnd();

        // Two full servers that each redialled at the other's PROVE would never pause.
        await _parker.DialAsync("Alford");
        await _herd.Advance(() => _parker.Count == 2, () => "for the next dial", stepSeconds: 0.025);
        Assert.InRange(_herd.Time.GetElapsedTime(refused).TotalSeconds, 0.05, 1);
    }

    [Fact]
    public async Task StopAsync_DuringTheWaitAfterByeReplaced_IsAtOnce()
    {
        _herd.Start("Alford");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await link.SendLine("HERD BYE replaced");
        await link.ReceiveEnd();
        await Deadline.Until(() => Report.State == LinkState.Down, "for the wait");
        await Alford.StopLinksAsync().Within("for the links to stop");
    }

    [Fact]
    public async Task Neighbour_ThatStopsReading_IsHungUpOnAndCaughtUpLater()
    {
        _herd.Start("Alford");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        var client = Alford.Connect();
        var iamats = Enumerable.Range(0, 20_000).Select(n => $"IAMAT {new string('x', 100)}{n} +1+1 1400794690\n").ToList();
        foreach (var piece in iamats.Chunk(500))
        {
            await client.Send(string.Concat(piece));
            foreach (var _ in piece)
                await client.ReceiveLine();
        }

        // It goes on answering, so that it is not silence that ends it, but takes nothing out of what it is sent.
        var start = _herd.Time.GetTimestamp();
        for (var i = 1; !link.Connection.IsAborted; i++)
        {
            await HearAsync(link, i);
            Assert.InRange(Report.Behind, 1, 20_000);
            _herd.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_herd.Time.GetElapsedTime(start).TotalSeconds, 30, 32);
        await Deadline.Until(() => Alford.Log.Of(122).Any(text => text.Contains("does not read")), "for the log");
        var next = await _parker.GreetAsync("Alford", "- 0", "0");
        var got = new HashSet<string>();
        for (var line = await next.ReceiveLine(); got.Count < 20_000; line = await next.ReceiveLine())
        {
            if (line.StartsWith("AT ", StringComparison.Ordinal))
                got.Add(line);
        }
    }

    [Fact]
    public async Task Session_OfThirtySeconds_StartsTheDelayOver()
    {
        _herd.Start("Alford");
        for (var i = 0; i < 6; i++)
            (await _parker.AcceptAsync()).Connection.Abort();
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await Alford.Connect().Send(string.Concat(Enumerable.Range(0, 31).Select(n => $"IAMAT client{n} +1+1 1400794690\n")));
        while (await link.ReceiveLine() != $"HERD MARK {Alford.Boot} 31")
            continue;
        for (var i = 0; i < 31; i++)
        {
            await HearAsync(link, i + 1);
            _herd.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var waits = Waits().Count;
        link.Connection.Abort();
        await Deadline.Until(() => Waits().Count > waits, "for the wait");
        Assert.InRange(Waits()[waits].TotalSeconds, 0.05, 0.1);
    }

    /// <summary>Has the dialler hear something, and waits until it has.</summary>
    private async Task HearAsync(Transcript link, int number)
    {
        await link.Connection.Output.WriteAsync(Bytes.Of($"HERD ACK {Alford.Boot} {number}\n"));
        await Deadline.Until(() => link.Connection.IsAborted || Report.Acknowledged == number, "for the dialler to hear it");
    }

    private List<TimeSpan> Waits() =>
        [.. _herd.Time.Dues.Where(due => due != LinkTimes.GreetingMax && due != LinkTimes.Tick)];
}
