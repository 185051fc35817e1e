using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Tests.Commits;
using ProxyHerd.Herd.Tests.Connections;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>An answer that waits for a neighbour's acknowledgement as well (DiskAndNeighbour).</summary>
public sealed class NeighbourAcksTests
{
    private const string Iamat = "IAMAT kiwi +1+1 1400794690";
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(2);

    private readonly TestHerd _herd = new("Alford-Parker", "Alford-Powell");
    private readonly KeptJournal _journal = new(Durability.DiskAndNeighbour);
    private string _line = "";

    private TestServer Alford => _herd["Alford"];

    private long Unaccompanied => Alford.Herd.Metrics.AnsweredWithoutNeighbour;

    [Theory]
    [InlineData(Durability.Disk)]
    [InlineData(Durability.DiskAndNeighbour)]
    public async Task Answer_WaitsForAnAckAtOrBeyondItsNumber(Durability durability)
    {
        _herd.Start("Alford", _journal);
        var link = await GreetAsync("Parker", durability, "- 0");
        var (client, second) = (await SayAsync(), Alford.Connect());
        await UntilMarkAsync(link, 1);
        await _herd.Time.UntilTimer(WaitMax);
        await second.SendLine("IAMAT lime +1+1 1400794690");
        await UntilMarkAsync(link, 2);
        await _herd.Time.UntilTimer(WaitMax, 2);
        Assert.False(client.HasMore() || second.HasMore());
        await link.SendLine($"HERD ACK {Alford.Boot} 1");
        await client.ReceiveLine(_line);
        Assert.False(second.HasMore());
        await link.SendLine($"HERD ACK {Alford.Boot} 2");
        Assert.StartsWith("AT Alford", await second.ReceiveLine(), StringComparison.Ordinal);

        // What makes no update waits as one that does, and a question for the commit alone.
        await client.SendLine(Iamat);
        await client.ReceiveLine(_line);
        Assert.Equal(0, Unaccompanied);
        await second.SendLine("IAMAT lime +2+2 1400794691");
        await _herd.Time.UntilTimer(WaitMax, 3);
        var asker = Alford.Connect();
        await asker.SendLine("WHATSAT lime 10 0");
        Assert.StartsWith("AT Alford", await asker.ReceiveLine(), StringComparison.Ordinal);
        Assert.False(second.HasMore());
    }

    [Theory]
    [InlineData(Durability.Memory)]
    [InlineData(Durability.EverySecond)]
    public async Task Answer_NeighbourThatKeepsLess_DoesNotCount(Durability durability)
    {
        _herd.Start("Alford", _journal);
        var weak = await GreetAsync("Parker", durability, "- 0");
        var alone = await SayAsync();
        await alone.ReceiveLine(_line);
        Assert.Equal(1, Unaccompanied); // at once: nobody who counts is there

        var strong = await GreetAsync("Powell", Durability.Disk, "- 0");
        var client = Alford.Connect();
        var lime = _herd.Line("Alford", "lime", "+1+1", 1_400_794_690);
        await client.SendLine("IAMAT lime +1+1 1400794690");
        await UntilMarkAsync(weak, 2);
        await weak.SendLine($"HERD ACK {Alford.Boot} 2");
        await Deadline.Until(() => Alford.Herd.Links.Report().Any(link => link.Acknowledged == 2), "for the ACK");
        Assert.False(client.HasMore());
        await strong.SendLine($"HERD ACK {Alford.Boot} 0");
        Assert.False(client.HasMore());
        await UntilMarkAsync(strong, 2);
        await strong.SendLine($"HERD ACK {Alford.Boot} 2");
        await client.ReceiveLine(lime);
        Assert.Equal(1, Unaccompanied);
    }

    [Fact]
    public async Task Answer_NewSessionWithHave_CountsAnEarlierSessionDoesNot()
    {
        _herd.Start("Alford", _journal);
        var link = await GreetAsync("Parker", Durability.Disk, "- 0");
        var client = await SayAsync();
        await link.Receive($"{_line}\nHERD MARK {Alford.Boot} 1\n");
        await _herd.Time.UntilTimer(WaitMax);
        link.Connection.Abort();
        link = await GreetAsync("Powell", Durability.Disk, $"{Alford.Boot} 1", "1");
        await client.ReceiveLine(_line);
        Assert.Equal(0, Unaccompanied);

        // That session is over: its word does not count for what is said again.
        link.Connection.Abort();
        await Deadline.Until(() => Alford.Herd.Links.Report().All(link => !link.IsUp), "for the links' ends");
        await client.SendLine(Iamat);
        await client.ReceiveLine(_line);
        Assert.Equal(1, Unaccompanied);
    }

    [Fact]
    public async Task Answer_NoAckFor2Seconds_LeavesWithoutOneAndIsCounted()
    {
        _journal.Hold();
        _herd.Start("Alford", _journal);
        await GreetAsync("Parker", Durability.Disk, "- 0");
        var client = await SayAsync();
        await Deadline.Until(() => _journal.Waiting == 1, "for the sync");
        _herd.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, _herd.Time.Count(WaitMax));
        Assert.False(client.HasMore(), "answered before its commit");
        _journal.Release();
        await _herd.Time.UntilTimer(WaitMax);
        _herd.Time.Advance(WaitMax - TimeSpan.FromTicks(1));
        Assert.Equal(0, Unaccompanied);
        Assert.False(client.HasMore());
        _herd.Time.Advance(TimeSpan.FromTicks(1));
        await client.ReceiveLine(_line);
        Assert.Equal(1, Unaccompanied);
    }

    private async Task UntilMarkAsync(Transcript link, long sequence)
    {
        while (await link.ReceiveLine() != $"HERD MARK {Alford.Boot} {sequence}")
        {
        }
    }

    private async Task<Transcript> SayAsync()
    {
        var client = Alford.Connect();
        _line = _herd.Line("Alford", "kiwi", "+1+1", 1_400_794_690);
        await client.SendLine(Iamat);
        return client;
    }

    private async Task<Transcript> GreetAsync(string name, Durability durability, string have, string from = "0")
    {
        var link = await _herd.Play(name, durability).GreetAsync("Alford", have, from);
        await Deadline.Until(() => Alford.Herd.Links.Report().Any(link => link.IsUp), "for the link");
        return link;
    }
}
