using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Tests.Commits;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>What clients and neighbours are refused, and what a listener says of its position afterwards.</summary>
public sealed class RefusalTests
{
    private const string Boot = TestPeer.Boot;

    private readonly TestHerd _herd = new("Alford-Parker");
    private readonly TestPeer _parker;
    private readonly KeptJournal _journal = new();

    public RefusalTests() => _parker = new TestPeer(_herd, "Parker");

    private TestServer Alford => _herd["Alford"];

    // The clock stands at 1400794699.5009078; an hour ahead is 1400798299.5009078.
    [Theory]
    [InlineData("1400798299.500907800", true)]
    [InlineData("1400798299.500907801", false)]
    [InlineData("9223372035", false)]
    public async Task Iamat_AheadOfTheClock_IsRefused(string time, bool isTaken)
    {
        _herd.Start("Alford", _journal);
        var client = Alford.Connect();
        await client.SendLine($"IAMAT kiwi +1+1 {time}");
        var line = await client.ReceiveLine();
        Assert.StartsWith(isTaken ? "AT Alford -3600.000000000 " : "? IAMAT kiwi ", line, StringComparison.Ordinal);
        Assert.Equal(isTaken ? 0 : 1, Alford.Herd.Metrics.Updates(AcceptOutcome.AheadOfClock));
        Assert.Equal(isTaken ? 1 : 0, Alford.Herd.Store.Count);
    }

    [Theory]
    [InlineData("AT Parker 0 kiwi +1+1 1400798359.500907800", true)] // a minute more than a client
    [InlineData("AT Parker 0 kiwi +1+1 1400798359.500907801", false)]
    [InlineData("AT Parker 0 kiwi +91+1 5", false)] // cannot be read
    [InlineData("AT Parker 0 kiwi", false)]
    public async Task At_RefusedOrSkipped_NoMarkOfTheSessionIsSavedOrAcknowledgedAfterIt(string line, bool isTaken)
    {
        _herd.Start("Alford", _journal);
        var link = await _parker.DialAsync("Alford");
        await link.Send($"AT Parker 0 lime +1+1 5\nHERD MARK {Boot} 1\n");
        await link.ReceiveLine($"HERD ACK {Boot} 1");
        await link.Send($"{line}\nHERD MARK {Boot} 2\nAT Parker 0 fig +1+1 5\nHERD MARK {Boot} 3\n");
        if (isTaken)
            await link.ReceiveLine($"HERD ACK {Boot} 3");
        await link.Send($"HERD MARK {Boot} 4\nHERD PING 5.0\n");
        if (isTaken)
        {
            await link.ReceiveLine(); // PONG and ACK, in either order
            await link.ReceiveLine();
        }
        else
        {
            Assert.StartsWith("HERD PONG", await link.ReceiveLine(), StringComparison.Ordinal);
        }

        Assert.False(link.HasMore());
        Assert.Equal(isTaken ? 4 : 1, _journal.PositionOf("Parker")!.Value.Sequence);
        Assert.Equal(isTaken ? 3 : 2, Alford.Herd.Store.Count); // what came after it is kept

        // The next session begins at what is safe, and acknowledges again.
        link = await _parker.DialAsync("Alford", have: $"{Boot} {(isTaken ? 4 : 1)}", from: isTaken ? "4" : "1");
        await link.SendLine($"HERD MARK {Boot} 5");
        await link.ReceiveLine($"HERD ACK {Boot} 5");
    }

    [Fact]
    public async Task ClientsMax_NewClientsAreRefusedAndCounted_ALinkEndsAtTwice()
    {
        _herd.Start("Alford", _journal, limits: new LocationLimits { ClientsMax = 2 });
        var client = Alford.Connect();
        await client.Send("IAMAT a +1+1 5\nIAMAT b +1+1 5\nIAMAT c +1+1 5\nIAMAT a +1+1 6\n");
        await client.ReceiveLine();
        await client.ReceiveLine();
        await client.ReceiveLine("? IAMAT c +1+1 5");
        Assert.StartsWith("AT Alford", await client.ReceiveLine(), StringComparison.Ordinal);
        Assert.Equal(1, Alford.Herd.Metrics.Updates(AcceptOutcome.Full));

        var link = await _parker.DialAsync("Alford");
        await link.Send($"AT Parker 0 d +1+1 5\nAT Parker 0 e +1+1 5\nHERD MARK {Boot} 2\n");
        await link.ReceiveLine($"HERD ACK {Boot} 2");
        await link.Send($"AT Parker 0 d +1+1 6\nHERD MARK {Boot} 3\nAT Parker 0 f +1+1 5\nHERD MARK {Boot} 4\n");
        await link.ReceiveLine("HERD BYE full");
        await link.ReceiveEnd();
        Assert.Equal(2, _journal.PositionOf("Parker")!.Value.Sequence);
        Assert.Equal(4, Alford.Herd.Store.Count);
        Assert.Equal("AT Parker 0 d +1+1 6", _journal.Lines["d"].Line);
        Assert.Equal(2, Alford.Herd.Metrics.Updates(AcceptOutcome.Full));
    }
}
