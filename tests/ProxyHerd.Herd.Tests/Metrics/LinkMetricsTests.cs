using System.Buffers;
using System.Globalization;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Tests.Connections;
using ProxyHerd.Herd.Tests.Flooding;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests.Metrics;

/// <summary>What a server tells of its link to a neighbour that the test plays.</summary>
public sealed class LinkMetricsTests
{
    private const string Boot = TestPeer.Boot;
    private const string ToParker = "neighbour=Parker";

    private static readonly string[] StateNames = ["down", "connecting", "catching-up", "live", "plain"];

    private readonly TestHerd _herd = new("Alford-Parker");
    private readonly TestPeer _parker;

    public LinkMetricsTests() => _parker = _herd.Play("Parker");

    private TestServer Alford => _herd["Alford"];

    [Fact]
    public async Task Lag_OfALinkThatIsDown_GrowsUntilAllIsSent()
    {
        _herd.Network.Unlisten(_herd.HostOf("Parker"));
        _herd.Start("Alford");
        using var collector = new Collector(Alford.Herd);
        _herd.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0, 0), State());

        var first = await _herd.SayAsync("Alford", "IAMAT kiwi +1+1 1400794690");
        _herd.Time.Advance(TimeSpan.FromSeconds(20));
        var second = await _herd.SayAsync("Alford", "IAMAT lime +1+1 1400794690");
        _herd.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((0, 2, 23), State());
        Assert.Equal(2, collector["proxyherd.feed.sequence"]);

        _herd.Network.Listen(_herd.HostOf("Parker"), _parker.Accept);
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await link.Receive($"{first}\n{second}\nHERD MARK {Alford.Boot} 2\n");
        Assert.Equal((1, 0, 0), State());
        Assert.Equal(0, collector[$"proxyherd.link.acknowledged.sequence {ToParker}"]);
        await link.SendLine($"HERD ACK {Alford.Boot} 2");
        await Deadline.Until(() => collector[$"proxyherd.link.acknowledged.sequence {ToParker}"] == 2, "for the ACK");

        (double Up, double Behind, double Lag) State() => (
            collector[$"proxyherd.link.up {ToParker}"],
            collector[$"proxyherd.link.behind.updates {ToParker}"],
            Math.Round(collector[$"proxyherd.link.lag {ToParker}"], 1));
    }

    [Fact]
    public async Task State_IsOneOfFive()
    {
        _herd.Network.Unlisten(_herd.HostOf("Parker"));
        _herd.Start("Alford");
        using var collector = new Collector(Alford.Herd);
        Assert.Equal(1, States().Sum(state => state.Value));
        _herd.Network.Listen(_herd.HostOf("Parker"), _parker.Accept);
        await _parker.GreetAsync("Alford", "- 0", "0");

        await Deadline.Until(() => States().Single(state => state.Value == 1).Name == "live", "for the link");

        List<(string Name, double Value)> States() =>
            [.. StateNames.Select(name => (name, collector[$"proxyherd.link.state {ToParker},state={name}"]))];
    }

    /// <summary>Every byte of both links, from the first HELLO on.</summary>
    [Fact]
    public async Task Traffic_OfBothLinks_IsCountedByLineAndByte()
    {
        _herd.Start("Alford");
        using var collector = new Collector(Alford.Herd);
        var said = await _herd.SayAsync("Alford", "IAMAT kiwi +1+1 1400794690");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await link.Receive($"{said}\nHERD MARK {Alford.Boot} 1\n");
        await link.SendLine($"HERD ACK {Alford.Boot} 1");
        await Deadline.Until(() => Received().Lines == 3, "for what was sent");
        Assert.Equal(5, Sent().Lines); // HELLO, PROVE, FROM, AT, MARK
        var (sent, received) = (Sent(), Received());

        var incoming = await _parker.DialAsync("Alford");
        await Deadline.Until(() => Received().Lines == received.Lines + 3, "for the greeting"); // HELLO, PROVE, FROM
        received = Received();
        sent = Sent();
        var lines = $"AT Parker +1.0 fig +1+1 5\nHERD MARK {Boot} 1\n";
        await incoming.Send(lines);
        await incoming.ReceiveLine($"HERD ACK {Boot} 1");

        Assert.Equal((received.Lines + 2, received.Bytes + lines.Length), Received());
        Assert.Equal((sent.Lines + 1, sent.Bytes + $"HERD ACK {Boot} 1\n".Length), Sent());

        (double Lines, double Bytes) Sent() => Traffic("sent");
        (double Lines, double Bytes) Received() => Traffic("received");
        (double, double) Traffic(string way) => (
            collector[$"proxyherd.link.lines {ToParker},direction={way}"], collector[$"proxyherd.link.io {ToParker},direction={way}"]);
    }

    [Fact]
    public async Task Ping_IsTimedToThePongThatNamesIt()
    {
        _herd.Options.CatchUp = false;
        _herd.Start("Alford");
        using var collector = new Collector(Alford.Herd);
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await _herd.Advance(link.HasMore, () => "for a PING");
        var ping = (await link.ReceiveLine())[10..];
        await link.SendLine("HERD PONG 1.000000000 1400794700.000000000");
        _herd.Time.Advance(TimeSpan.FromMilliseconds(250));
        await link.SendLine($"HERD PONG {ping} 1400794700.000000000");

        await Deadline.Until(() => collector.Recorded("proxyherd.link.ping.duration").Count > 0, "for the PONG");

        // The clock may have gone on between the PING's writing and its being seen here.
        var began = double.Parse(ping, CultureInfo.InvariantCulture);
        var (label, took) = Assert.Single(collector.Recorded("proxyherd.link.ping.duration"));
        Assert.Equal(ToParker, label);
        Assert.Equal(Seconds(_herd.Time.GetUtcNow()) - began, took, tolerance: 0.001);
        Assert.InRange(took, 0.25, 5);
    }

    [Fact]
    public async Task Reconnects_CountSessionsAfterTheFirst()
    {
        _herd.Start("Alford");
        using var collector = new Collector(Alford.Herd);
        for (var session = 0; session < 3; session++)
        {
            var link = await _parker.GreetAsync("Alford", "- 0", "0");
            Assert.Equal(session, collector[$"proxyherd.link.reconnects {ToParker}"]);
            await link.SendEnd();
        }
    }

    [Fact]
    public async Task Comparisons_AreCountedByOutcomeAndTheLastEqualOneIsDated()
    {
        _herd.Start("Alford");
        var start = _herd.Time.GetUtcNow();
        using var collector = new Collector(Alford.Herd);
        var line = await _herd.SayAsync("Alford", "IAMAT kiwi +1+1 1400794690");
        var link = await _parker.GreetAsync("Alford", "- 0", "0");
        await link.Receive($"{line}\nHERD MARK {Alford.Boot} 1\n");
        Assert.Equal(Seconds(start), collector[$"proxyherd.digest.last_equal.timestamp {ToParker}"], tolerance: 0.001);

        for (var round = 0; round < 2; round++)
        {
            await CompareAsync(link, bucket: OnlyBucket());
            Assert.Equal(line, await NextAsync(link));
        }

        Assert.Equal(1, collector[$"proxyherd.digest.lasting_buckets {ToParker}"]);
        await CompareAsync(link, bucket: null);
        await Deadline.Until(() => collector[$"proxyherd.digest.comparisons {ToParker},outcome=equal"] == 1, "for the equal one");
        await Deadline.Until(() => collector[$"proxyherd.digest.lasting_buckets {ToParker}"] == 0, "for the end of the difference");
        Assert.Equal(1, collector[$"proxyherd.digest.comparisons {ToParker},outcome=different"]);
        Assert.Equal(1, collector[$"proxyherd.digest.comparisons {ToParker},outcome=stuck"]);
        Assert.Equal(2, collector[$"proxyherd.digest.different_buckets {ToParker}"]);
        Assert.Equal(2, collector[$"proxyherd.repairs {ToParker}"]);
        Assert.Equal(2, collector[$"proxyherd.repair.lines {ToParker}"]);
        Assert.Equal(Seconds(_herd.Time.GetUtcNow()), collector[$"proxyherd.digest.last_equal.timestamp {ToParker}"], tolerance: 0.001);
    }

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>Answers the next comparison: equal, or with one bucket that the neighbour wants.</summary>
    private async Task CompareAsync(Transcript link, int? bucket)
    {
        await UntilQuestionAsync(link);
        Span<ulong> hashes = stackalloc ulong[DigestTree.Nodes];
        Alford.Herd.Store.DigestTree.CopyChildren(0, 0, hashes);
        if (bucket is { } different)
            hashes[different / DigestTree.BucketsPerNode] ^= 1;
        var answer = new ArrayBufferWriter<byte>();
        HerdLineWriter.WriteDigest(answer, 0, 0, hashes);
        await link.Send(Bytes.Text(answer.WrittenSpan));
        if (bucket is null)
            return;
        Assert.StartsWith($"HERD DIGEST 1 {bucket / DigestTree.BucketsPerNode} ", await NextAsync(link), StringComparison.Ordinal);
        await link.SendLine($"HERD WANT {bucket}");
    }

    /// <summary>Moves on to the next comparison; PINGs on the way are answered.</summary>
    private async Task UntilQuestionAsync(Transcript link)
    {
        string line;
        do
        {
            await _herd.Advance(link.HasMore, () => "for a comparison", stepSeconds: 1);
            line = await link.ReceiveLine();
            if (line.StartsWith("HERD PING ", StringComparison.Ordinal))
                await link.SendLine($"HERD PONG {line[10..]} 1400794700.000000000");
        }
        while (!line.StartsWith("HERD DIGEST 0 0 ", StringComparison.Ordinal));
    }

    /// <summary>The next line that is no PING; those are answered.</summary>
    private static async Task<string> NextAsync(Transcript link)
    {
        while (true)
        {
            var line = await link.ReceiveLine();
            if (!line.StartsWith("HERD PING ", StringComparison.Ordinal))
                return line;
            await link.SendLine($"HERD PONG {line[10..]} 1400794700.000000000");
        }
    }

    private int OnlyBucket()
    {
        var tree = Alford.Herd.Store.DigestTree;
        return Enumerable.Range(0, DigestTree.Nodes * DigestTree.BucketsPerNode).Single(bucket => tree.Bucket((ushort)bucket) != 0);
    }
}
