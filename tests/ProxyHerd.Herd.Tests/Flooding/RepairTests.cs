using System.IO.Hashing;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Tests.Commits;
using ProxyHerd.Herd.Tests.Connections;
using ProxyHerd.Herd.Tests.Metrics;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>Comparisons of digest trees and what follows them, as they read on the wire.</summary>
public sealed class RepairTests : IDisposable
{
    private const string Boot = TestPeer.Boot;

    private readonly TestHerd _herd = new("Alford-Parker");
    private readonly TestPeer _parker;
    private readonly DigestTree _theirs = new();
    private Collector? _collector;

    public RepairTests() => _parker = _herd.Play("Parker");

    private TestServer Alford => _herd["Alford"];

    private double LinesHeard => _collector!["proxyherd.link.lines neighbour=Parker,direction=received"];

    public void Dispose() => _collector?.Dispose();

    [Fact]
    public async Task Quiet_BucketsDiffer_TheirCommittedLinesAreSentWhoeverBroughtThem()
    {
        var (link, lines) = await StartAsync("kiwi", "lime");
        var incoming = await _parker.DialAsync("Alford");
        await incoming.Send($"AT Parker 0 fig +1+1 5\nHERD MARK {Boot} 1\n");
        await incoming.ReceiveLine($"HERD ACK {Boot} 1");
        Know(lines[1]);
        await UntilQuestionAsync(link);
        await AnswerNodesAsync(link);
        foreach (var node in new[] { BucketOf("kiwi") / 256, BucketOf("fig") / 256 }.Order())
        {
            Assert.Equal(Hashes(1, node, Alford.Herd.Store.DigestTree), await link.ReceiveLine());
            await link.SendLine($"HERD WANT {(node == BucketOf("kiwi") / 256 ? BucketOf("kiwi") : BucketOf("fig"))}");
        }

        var sent = new[] { await link.ReceiveLine(), await link.ReceiveLine() };
        Assert.Equal(new[] { lines[0], "AT Parker 0 fig +1+1 5" }.Order(), sent.Order());
        Assert.Equal((1, 2), (Alford.Herd.Metrics.Links.DigestComparisons, Alford.Herd.Metrics.Links.DifferentBuckets));
    }

    [Fact]
    public async Task Round_LeavesTheSameBuckets_DoublesTheWaitToAnHourAndAnotherOutcomeResetsIt()
    {
        var (link, lines) = await StartAsync("kiwi");
        await RoundAsync(link, "kiwi");
        Assert.Empty(Alford.Log.Of(131));
        foreach (var minutes in (int[])[2, 4, 8, 16, 32, 60, 60])
        {
            var count = Alford.Log.Of(131).Count();
            await RoundAsync(link, "kiwi");
            Assert.Equal(count + 1, Alford.Log.Of(131).Count());
            Assert.EndsWith($"{TimeSpan.FromMinutes(minutes)}", Alford.Log.Of(131).Last(), StringComparison.Ordinal);
            var before = _herd.Time.GetTimestamp();
            await UntilQuestionAsync(link, stepSeconds: 5);
            Assert.InRange(_herd.Time.GetElapsedTime(before).TotalMinutes, minutes - 0.2, minutes + 0.5);
        }

        // The neighbour has it at last: the next look is in a minute.
        Know(lines[0]);
        await AnswerNodesAsync(link);
        await Deadline.Until(() => Alford.Herd.Metrics.Links.DigestComparisons == 9, "for the round's end");
        var since = _herd.Time.GetTimestamp();
        await UntilQuestionAsync(link, stepSeconds: 1);
        Assert.InRange(_herd.Time.GetElapsedTime(since).TotalMinutes, 0.9, 1.2);
    }

    [Fact]
    public async Task Round_ManyBucketsDiffer_RepairsSome256AndThenOthers()
    {
        var names = Enumerable.Range(0, 3_000).Select(i => $"client{i}").ToArray();
        var (link, lines) = await StartAsync(names);
        var known = new HashSet<string>();
        var buckets = lines.ToLookup(line => (int)BucketOf(line.Split(' ')[3]));
        await UntilQuestionAsync(link);
        for (var round = 0; round < 3; round++)
        {
            await AnswerNodesAsync(link);
            var repaired = new HashSet<string>();
            await UntilQuestionAsync(link, other: line =>
            {
                if (line.StartsWith("HERD DIGEST 1 ", StringComparison.Ordinal))
                    return AnswerBucketsAsync(link, int.Parse(line.Split(' ')[3]));
                Assert.True(repaired.Add(line));
                return Task.CompletedTask;
            });
            var repairedBuckets = repaired.Select(line => (int)BucketOf(line.Split(' ')[3])).ToHashSet();
            Assert.Equal(256, repairedBuckets.Count);
            Assert.Equal(repairedBuckets.SelectMany(bucket => buckets[bucket]).Order(), repaired.Order());
            Assert.Empty(repaired.Intersect(known));
            known.UnionWith(repaired);
        }
    }

    [Theory]
    [InlineData("HERD WANT 5")] // to the nodes
    [InlineData("HERD DIGEST 1 0 {hashes}")]
    [InlineData("HERD DIGEST 0 1 {hashes}")]
    [InlineData("HERD DIGEST 0 0 0123456789abcdef")]
    [InlineData("HERD DIGEST 0 0 {hashes} 0123456789abcdef")]
    [InlineData("HERD DIGEST 2 0 {hashes}")]
    public async Task Answer_DoesNotFitTheQuestion_EndsTheSession(string answer)
    {
        var (link, _) = await StartAsync("kiwi");
        await UntilQuestionAsync(link);
        await link.SendLine(answer.Replace("{hashes}", Hashes(0, 0, _theirs)[16..]));
        await link.ReceiveEnd();
    }

    [Theory]
    [InlineData("HERD WANT {other}")] // a bucket of another node
    [InlineData("HERD WANT {bucket} {other}")]
    [InlineData("HERD DIGEST 0 0 {hashes}")] // for ever the first question's answer
    [InlineData("HERD DIGEST 1 {otherNode} {hashes}")]
    [InlineData("HERD WANT 65536")]
    [InlineData("HERD WANT")]
    public async Task Answer_DoesNotFitTheSecondQuestion_EndsTheSession(string answer)
    {
        var (link, _) = await StartAsync("kiwi");
        await UntilQuestionAsync(link);
        await AnswerNodesAsync(link);
        await link.ReceiveLine();
        var bucket = BucketOf("kiwi");
        await link.SendLine(answer.Replace("{other}", $"{(bucket + 256) % 65_536}").Replace("{bucket}", $"{bucket}")
            .Replace("{otherNode}", $"{((bucket / 256) + 1) % 256}").Replace("{hashes}", Hashes(0, 0, _theirs)[16..]));
        await link.ReceiveEnd();
    }

    [Fact]
    public async Task Unasked_DigestOrWant_EndsTheSession()
    {
        foreach (var line in (string[])["HERD WANT 5", Hashes(0, 0, _theirs)])
        {
            var (link, _) = await StartAsync("kiwi");
            await link.SendLine(line);
            await link.ReceiveEnd();
        }
    }

    [Fact]
    public async Task Listener_Digests_AreAnsweredAfterTheCommitOfWhatCameBefore()
    {
        var journal = new KeptJournal();
        _herd.Start("Alford", journal);
        var link = await _parker.DialAsync("Alford");
        journal.Hold();
        var mine = "AT Parker 0 lime +1+1 5";
        Know(mine);
        await link.Send($"{mine}\n{Hashes(0, 0, _theirs)}\n");
        await Deadline.Until(() => journal.Waiting == 1, "for the sync");
        Assert.False(link.HasMore());
        journal.Release();
        await link.ReceiveLine(Hashes(0, 0, _theirs));
        var node = BucketOf("lime") / 256;
        await link.SendLine(Hashes(1, node, _theirs));
        await link.ReceiveLine(Hashes(1, node, _theirs));
        Know("AT Parker 0 lime +1+1 6", mine);
        await link.SendLine(Hashes(1, node, _theirs));
        await link.ReceiveLine($"HERD WANT {BucketOf("lime")}");
    }

    [Theory]
    [InlineData("HERD WANT 5")]
    [InlineData("HERD DIGEST 0 1 {hashes}")]
    [InlineData("HERD DIGEST 0 0 0123456789abcdef")]
    [InlineData("HERD DIGEST 1 256 {hashes}")]
    [InlineData("HERD DIGEST 1 5")]
    public async Task Listener_WrongDigests_AreMalformedAndTenAMinuteEndTheLink(string line)
    {
        _herd.Start("Alford");
        var wrong = line.Replace("{hashes}", Hashes(0, 0, _theirs)[16..]);
        var link = await _parker.DialAsync("Alford");
        for (var i = 0; i < 9; i++)
            await link.SendLine(wrong);
        await link.SendLine("HERD PING 5.0");
        Assert.StartsWith("HERD PONG", await link.ReceiveLine(), StringComparison.Ordinal);
        await link.SendLine(wrong);
        await link.ReceiveLine("HERD BYE malformed");
        await link.ReceiveEnd();
    }

    [Fact]
    public async Task FallenOut_ComparesThenSendsWhatDiffersThenTheMark()
    {
        var (link, lines) = await StartAsync(feedNumbersMax: 16, clients: [.. Enumerable.Range(0, 40).Select(i => $"client{i}")]);

        // The link began with 40 numbers behind it, of which the index holds 16.
        Assert.Equal(Hashes(0, 0, Alford.Herd.Store.DigestTree), await link.ReceiveLine());

        // A PING marks what had no lines, but not what a scan has yet to send.
        await _herd.Advance(link.HasMore, () => "for a PING");
        Assert.StartsWith("HERD PING", await link.ReceiveLine(), StringComparison.Ordinal);
        var missing = lines[7];
        foreach (var line in lines.Where(line => line != missing))
            Know(line);
        var later = await _herd.SayAsync("Alford", "IAMAT later +1+1 1400794690");
        await AnswerNodesAsync(link);
        var sent = new HashSet<string>();
        while (await link.ReceiveLine() is var line)
        {
            if (line.StartsWith("HERD DIGEST 1 ", StringComparison.Ordinal))
                await AnswerBucketsAsync(link, int.Parse(line.Split(' ')[3]));
            else if (line.StartsWith("AT ", StringComparison.Ordinal))
                sent.Add(line);
            else if (line == $"HERD MARK {Alford.Boot} 40")
                break;
            else
                Assert.Fail(line);
        }

        Assert.Equal(new HashSet<string> { later, missing }, sent);
        await link.Receive($"{later}\nHERD MARK {Alford.Boot} 41\n");
    }

    /// <summary>A neighbour that lives and never answers would hold up a scan, and what follows it, for ever.</summary>
    [Fact]
    public async Task Question_NeverAnswered_EndsTheSession()
    {
        var (link, _) = await StartAsync("kiwi");
        await UntilQuestionAsync(link, LinkTimes.Ping.TotalSeconds);
        var pings = 0;
        while (await link.ReceiveLineUnlessEnded() is { } ping)
        {
            Assert.StartsWith("HERD PING", ping, StringComparison.Ordinal);
            Assert.True(++pings <= 7, "It waits longer than 30 s.");
            await PongAsync(link, ping);
            _herd.Time.Advance(LinkTimes.Ping);
        }

        // One is still to be read when the question has come; the last is due with the end, which may overtake it.
        Assert.InRange(pings, 5, 7);
        await Deadline.Until(() => Alford.Log.Of(122).Any(), "for the log");
        Assert.Contains(Alford.Log.Of(122), static entry => entry.Contains("does not answer a DIGEST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_WhileAScanAwaitsItsComparison_SendsAllOfIt()
    {
        var (link, lines) = await StartAsync(feedNumbersMax: 16, clients: [.. Enumerable.Range(0, 40).Select(i => $"client{i}")]);
        Assert.StartsWith("HERD DIGEST 0 0 ", await link.ReceiveLine(), StringComparison.Ordinal);
        var stopped = Alford.StopLinksAsync();
        var sent = new HashSet<string>();
        while (await link.ReceiveLine() is var line && line != "HERD BYE stopping")
            sent.Add(line);
        Assert.Equal(new HashSet<string>([.. lines, $"HERD MARK {Alford.Boot} 40"]), sent);
        await link.ReceiveEnd();
        await link.SendEnd();
        await stopped.Within("for the links to stop");
    }

    [Fact]
    public async Task CatchUpOff_ComparesNothing()
    {
        _herd.Options.CatchUp = false;
        var (link, _) = await StartAsync("kiwi");
        for (var second = 0; second < 150; second += 5)
        {
            await _herd.Advance(link.HasMore, () => "for a PING");
            var line = await link.ReceiveLine();
            Assert.StartsWith("HERD PING", line, StringComparison.Ordinal);
            await link.SendLine($"HERD PONG {line[10..]} {line[10..]}");
        }
    }

    private static ushort BucketOf(string client) => DigestTree.BucketOf(XxHash3.HashToUInt64(Bytes.Of(client)));

    private static string Hashes(int level, int index, DigestTree tree)
    {
        var hashes = new ulong[256];
        tree.CopyChildren(level, index, hashes);
        return $"HERD DIGEST {level} {index} {string.Join(' ', hashes.Select(hash => $"{hash:x16}"))}";
    }

    /// <summary>The played neighbour has a line, in place of another or none.</summary>
    private void Know(string line, string instead = "")
    {
        var difference = XxHash3.HashToUInt64(Bytes.Of(line)) ^ (instead.Length > 0 ? XxHash3.HashToUInt64(Bytes.Of(instead)) : 0);
        _theirs.Apply(BucketOf(line.Split(' ')[3]), difference);
    }

    private Task<(Transcript Link, string[] Lines)> StartAsync(params string[] clients) => StartAsync(1 << 16, clients);

    /// <summary>Starts Alford with some clients, and greets it.</summary>
    private async Task<(Transcript Link, string[] Lines)> StartAsync(int feedNumbersMax, string[] clients)
    {
        _herd.Start("Alford", feedNumbersMax: feedNumbersMax);
        _collector?.Dispose();
        _collector = new Collector(Alford.Herd);
        var lines = new List<string>();
        foreach (var client in clients)
            lines.Add(await _herd.SayAsync("Alford", $"IAMAT {client} +1+1 1400794690"));
        var link = await _parker.GreetAsync("Alford", "- 0", _herd.Options.CatchUp ? "0" : $"{clients.Length}");
        var mark = $"HERD MARK {Alford.Boot} {clients.Length}";
        while (_herd.Options.CatchUp && feedNumbersMax > clients.Length && await link.ReceiveLine() != mark)
        {
        }

        return (link, [.. lines]);
    }

    private async Task UntilQuestionAsync(Transcript link, double stepSeconds = 0.05, Func<string, Task>? other = null)
    {
        while (true)
        {
            if (stepSeconds < LinkTimes.Ping.TotalSeconds)
            {
                await _herd.Advance(link.HasMore, () => "for a question", stepSeconds);
            }
            else
            {
                // A PING is due in each step: that it has come tells that the link keeps up with the clock.
                _herd.Time.Advance(LinkTimes.Ping);
                await Deadline.Until(link.HasMore, "for a PING or a question");
            }

            var line = await link.ReceiveLine();
            if (line.StartsWith("HERD DIGEST 0 0 ", StringComparison.Ordinal))
                return;
            if (line.StartsWith("HERD PING", StringComparison.Ordinal))
                await PongAsync(link, line);
            else if (other is not null)
                await other(line);
        }
    }

    /// <summary>
    /// Answers a PING, and waits until that was heard or the session has ended: else the clock might be moved on by more than a
    /// silence may last before the link has read it.
    /// </summary>
    private async Task PongAsync(Transcript link, string ping)
    {
        var heard = LinesHeard;
        await link.SendLine($"HERD PONG {ping[10..]} {ping[10..]}");
        await Deadline.Until(() => Alford.Log.Of(122).Any() || LinesHeard > heard, "for the PONG to be heard, or for the end");
    }

    private Task AnswerNodesAsync(Transcript link) => link.SendLine(Hashes(0, 0, _theirs));

    private async Task AnswerBucketsAsync(Transcript link, int node)
    {
        var ours = Alford.Herd.Store.DigestTree;
        var different = Enumerable.Range(node * 256, 256).Where(bucket => ours.Bucket(bucket) != _theirs.Bucket(bucket)).ToArray();
        await link.SendLine(different.Length > 0 ? $"HERD WANT {string.Join(' ', different)}" : Hashes(1, node, _theirs));
    }

    /// <summary>One round in which one client's bucket differs, and its line is sent.</summary>
    private async Task RoundAsync(Transcript link, string client)
    {
        if (Alford.Herd.Metrics.Links.DigestComparisons < 2)
            await UntilQuestionAsync(link);
        await AnswerNodesAsync(link);
        var node = BucketOf(client) / 256;
        Assert.Equal(Hashes(1, node, Alford.Herd.Store.DigestTree), await NextAsync(link));
        await link.SendLine($"HERD WANT {BucketOf(client)}");
        Assert.Contains($" {client} ", await NextAsync(link), StringComparison.Ordinal);
    }

    /// <summary>The next line that is no PING; those are answered.</summary>
    private static async Task<string> NextAsync(Transcript link)
    {
        while (true)
        {
            var line = await link.ReceiveLine();
            if (!line.StartsWith("HERD PING", StringComparison.Ordinal))
                return line;
            await link.SendLine($"HERD PONG {line[10..]} {line[10..]}");
        }
    }
}
