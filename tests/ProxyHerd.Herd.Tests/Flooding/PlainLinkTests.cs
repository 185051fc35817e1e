using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Tests.Connections;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>A neighbour that knows AT lines alone.</summary>
public sealed class PlainLinkTests
{
    private readonly TestHerd _herd = new("Alford-Parker");
    private readonly TestPeer _parker;

    public PlainLinkTests()
    {
        _herd.Options.PlainNeighbours.Add("Parker");
        _parker = _herd.Play("Parker");
    }

    private TestServer Alford => _herd["Alford"];

    [Fact]
    public async Task KeptConnection_BothWays_CarriesAtLinesAlone()
    {
        _herd.Start("Alford");
        var link = await _parker.AcceptAsync();
        var first = await _herd.SayAsync("Alford", "IAMAT a +1+1 1400794690");
        await link.ReceiveLine(first);

        // What it says, on its own connection or on ours, is believed, and not told to it again; its '?' is dropped.
        var incoming = _parker.Connect("Alford");
        await incoming.Send("AT Parker 5e-05  b +1+1 1400794690\n? AT Alford\nAT Parker nonsense\n");
        await link.Send("AT Parker -1 c +1+1 1400794690\n? what\nhello\n");
        await Deadline.Until(() => Alford.Herd.Store.Count == 3, "for the lines");
        Assert.Equal([first, "AT Parker 5e-05 b +1+1 1400794690", "AT Parker -1 c +1+1 1400794690"], Alford.All().OrderBy(line => line.Split(' ')[3]));
        var second = await _herd.SayAsync("Alford", "IAMAT a +1+1 1400794691");
        await link.ReceiveLine(second);
        Assert.False(incoming.HasMore());
        Assert.Equal(LinkState.Plain, Assert.Single(Alford.Herd.Links.Report()).State);

        // No PING, and no end for want of one.
        for (var i = 0; i < 60; i++)
            _herd.Time.Advance(TimeSpan.FromSeconds(1));
        var third = await _herd.SayAsync("Alford", "IAMAT a +1+1 1400794692");
        await link.ReceiveLine(third);
        Assert.Equal(1, _parker.Count);
        await Alford.StopLinksAsync().Within("for the links to stop");
        await link.ReceiveEnd();
    }

    [Fact]
    public async Task OneLineAConnection_FromTheNeighbour_IsTaken()
    {
        _herd.Start("Alford");
        foreach (var end in (string[])["\n", "\r\n", ""])
        {
            var incoming = _parker.Connect("Alford");
            await incoming.Send($"AT Parker 0 client{end.Length} +1+1 1{end}");
            await incoming.SendEnd();
            await incoming.ReceiveEnd();
        }

        Assert.Equal(3, Alford.Herd.Store.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NeighbourThatTakesOneLine_LosesNothingThatWasPipelined(bool resets)
    {
        _herd.Start("Alford");
        var link = await _parker.AcceptAsync();
        var lines = new HashSet<string>();
        for (var i = 0; i < 20; i++)
            lines.Add(await _herd.SayAsync("Alford", $"IAMAT client{i} +1+1 1400794690"));
        var seen = new HashSet<string> { await link.ReceiveLine() };
        await CloseAsync(link, resets);
        while (seen.Count < lines.Count)
        {
            var next = await _parker.AcceptAsync();
            seen.Add(await next.ReceiveLine());
            await next.ReceiveEnd(); // half-closed behind the line
            await CloseAsync(next, resets: false);
        }

        Assert.Equal(lines, seen);
        Assert.Single(Alford.Log.Of(129));

        // Nothing more to say, nothing is dialled; then each line again on its own connection.
        var last = await _herd.SayAsync("Alford", "IAMAT client0 +1+1 1400794691");
        var one = await _parker.AcceptAsync();
        await one.ReceiveLine(last);
        await one.ReceiveEnd();
        await CloseAsync(one, resets: false);
        var count = _parker.Count;
        _herd.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(count, _parker.Count);
        await Alford.StopLinksAsync().Within("for the links to stop");
    }

    [Fact]
    public async Task NeighbourThatCouldNotBeDialled_GetsTheWholeStore()
    {
        _herd.Start("Alford");
        var link = await _parker.AcceptAsync();
        var incoming = _parker.Connect("Alford");
        await incoming.SendLine("AT Parker 0 p +1+1 1");
        var line = await _herd.SayAsync("Alford", "IAMAT a +1+1 1400794690");
        await link.ReceiveLine(line);
        await Deadline.Until(() => Alford.Herd.Store.Count == 2, "for the lines");

        // It closes and is there again: it has what it had.
        _herd.Time.Advance(TimeSpan.FromSeconds(6));
        link.Connection.Abort();
        link = await _parker.AcceptAsync();
        var next = await _herd.SayAsync("Alford", "IAMAT b +1+1 1400794690");
        await link.ReceiveLine(next);

        // It is gone for a while: it gets all, also what it brought.
        _herd.Time.Advance(TimeSpan.FromSeconds(6));
        var dials = _herd.Network.Dials.Count;
        _herd.Network.Unlisten(_herd.HostOf("Parker"));
        await _herd.Advance(() => _herd.Network.Dials.Count >= dials + 2, () => "for it to be dialled in vain");
        _herd.Network.Listen(_herd.HostOf("Parker"), _parker.Accept);
        link = await _parker.AcceptAsync();
        var all = new[] { await link.ReceiveLine(), await link.ReceiveLine(), await link.ReceiveLine() };
        Assert.Equal(Alford.All(), all.Order(StringComparer.Ordinal));
        Assert.Single(Alford.Log.Of(120));
    }

    [Fact]
    public async Task CatchUpOff_NeighbourThatCouldNotBeDialled_GetsWhatComesLater()
    {
        _herd.Options.CatchUp = false;
        _herd.Network.Unlisten(_herd.HostOf("Parker"));
        _herd.Start("Alford");
        await _herd.Advance(() => _herd.Network.Dials.Count >= 2, () => "for it to be dialled in vain");
        await _herd.SayAsync("Alford", "IAMAT a +1+1 1400794690");
        await _herd.Advance(() => _herd.Network.Dials.Count >= 4, () => "for it to be dialled in vain");
        _herd.Network.Listen(_herd.HostOf("Parker"), _parker.Accept);
        var link = await _parker.AcceptAsync();
        await link.ReceiveLine(await _herd.SayAsync("Alford", "IAMAT b +1+1 1400794690"));
    }

    [Fact]
    public async Task OneLineNeighbour_BehindManyUpdatesOfItsOwn_IsStillToldTheRest()
    {
        const int Updates = 200_000;
        _herd.Start("Alford");
        var link = await _parker.AcceptAsync();
        await link.ReceiveLine(await _herd.SayAsync("Alford", "IAMAT a +1+1 1400794690"));
        await CloseAsync(link, resets: false);
        var one = await _parker.AcceptAsync();
        await one.ReceiveLine();
        await one.ReceiveEnd();

        // While it does not close, so much comes from it that one look at the feed passes over only a part.
        var incoming = _parker.Connect("Alford");
        for (var i = 0; i < Updates; i += 1_000)
            await incoming.Connection.Output.WriteAsync(Bytes.Of(string.Concat(Enumerable.Range(i, 1_000).Select(n => $"AT Parker 0 {n} +1+1 1\n"))));
        await Deadline.Until(() => Alford.Herd.Store.Count == Updates + 1, "for the lines");
        var last = await _herd.SayAsync("Alford", "IAMAT b +1+1 1400794690");
        await CloseAsync(one, resets: false);
        var next = await _parker.AcceptAsync();
        await next.ReceiveLine(last);
    }

    [Fact]
    public async Task Stranger_FromAnotherHost_IsNotBelieved()
    {
        _herd.Start("Alford");
        var stranger = Alford.Connect(address: "10.0.0.9");
        await stranger.Send("AT Parker 0 a +1+1 1\n? hello\n");
        await stranger.Receive("? AT Parker 0 a +1+1 1\n? ? hello\n");
        Assert.Equal(1, Alford.Herd.Metrics.Lines(Verb.At));
        Assert.Equal(0, Alford.Herd.Store.Count);
    }

    [Fact]
    public async Task Hello_OfAPlainNeighbour_IsRefused()
    {
        _herd.Start("Alford");
        var incoming = _parker.Connect("Alford");
        await incoming.SendLine(_parker.Hello("Alford"));
        await incoming.ReceiveLine("HERD BYE not-neighbours");
        await incoming.ReceiveEnd();
    }

    private static async Task CloseAsync(Transcript link, bool resets)
    {
        if (resets)
            link.Connection.Abort();
        else
            await link.Connection.DisposeAsync();
    }
}
