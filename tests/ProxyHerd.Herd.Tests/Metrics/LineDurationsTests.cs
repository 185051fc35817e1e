namespace ProxyHerd.Herd.Tests.Metrics;

public sealed class LineDurationsTests
{
    private readonly TestServer _server = new();

    [Fact]
    public async Task Read_ManyLines_IsObservedOnceAVerb()
    {
        using var collector = new Collector(_server.Herd);
        var client = _server.Connect();

        await client.Send("IAMAT a +1+1 1400794690\n\nIAMAT b +1+1 1400794690\nfoo\nWHATSAT a 10 0\nIAMAT c +1+1 1400794690\n\n");
        for (var replies = 0; replies < 4; replies++)
            await client.ReceiveLine();
        await client.SendEnd();
        await _server.HandlersEnd();

        Assert.Equal(
            ["verb=iamat", "verb=unknown", "verb=whatsat"],
            collector.Recorded("proxyherd.line.duration").Select(record => record.Labels).Order(StringComparer.Ordinal));
        Assert.Equal(3, collector["proxyherd.lines verb=iamat"]);
        Assert.Equal(2, collector["proxyherd.lines verb=blank"]);
    }

    [Fact]
    public async Task Read_BlankLinesAlone_IsNotObserved()
    {
        using var collector = new Collector(_server.Herd);
        var client = _server.Connect();

        await client.Send("\n\n");
        await client.SendEnd();
        await _server.HandlersEnd();

        Assert.Empty(collector.Recorded("proxyherd.line.duration"));
        Assert.Equal(2, collector["proxyherd.lines verb=blank"]);
    }

    /// <summary>What stands behind it has not been read until then, and does not count the wait as its own.</summary>
    [Fact]
    public async Task Whatsat_WaitsForItsProvider_IsTimedToItsAnswerAndTheOthersAreNot()
    {
        _server.Places.IsAsync = true;
        using var collector = new Collector(_server.Herd);
        var client = _server.Connect();

        await client.Send("IAMAT a +1+1 1400794690\nWHATSAT a 10 1\nfoo\n");
        await client.ReceiveLine();
        await Deadline.Until(() => _server.Places.Queries.Count == 1, "for the search");
        _server.Time.Advance(TimeSpan.FromSeconds(3));
        await _server.Places.AnswerAsync(1);
        while (await client.ReceiveLine() != "? foo")
        {
        }

        await client.SendEnd();
        await _server.HandlersEnd();
        Assert.Equal(
            [("verb=iamat", 0), ("verb=unknown", 0), ("verb=whatsat", 3)],
            collector.Recorded("proxyherd.line.duration").Order());
    }

    /// <summary>More than are kept before they are recorded: none is lost, and none is recorded twice.</summary>
    [Fact]
    public async Task Reads_Many_AreObservedOnceEach()
    {
        const int Reads = 200;
        using var collector = new Collector(_server.Herd);
        var client = _server.Connect();
        for (var read = 0; read < Reads; read++)
        {
            await client.SendLine("foo");
            await client.ReceiveLine("? foo");
        }

        await client.SendEnd();
        await _server.HandlersEnd();
        Assert.Equal(Reads, collector.Recorded("proxyherd.line.duration").Count);
        Assert.Equal(Reads, collector.Recorded("proxyherd.line.duration").Count);
    }

    [Fact]
    public async Task Read_BeforeAnybodyCollects_IsNotObserved()
    {
        var client = _server.Connect();
        await client.SendLine("foo");
        await client.ReceiveLine("? foo");

        using var collector = new Collector(_server.Herd);
        await client.SendLine("IAMAT a +1+1 1400794690");
        await client.ReceiveLine();
        await client.SendEnd();
        await _server.HandlersEnd();

        Assert.Equal("verb=iamat", Assert.Single(collector.Recorded("proxyherd.line.duration")).Labels);
        Assert.Equal(1, collector["proxyherd.lines verb=unknown"]);
    }
}
