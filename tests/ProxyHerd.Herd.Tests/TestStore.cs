using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests;

/// <summary>A store with its feed and committer, spoken to in lines of text.</summary>
internal sealed class TestStore
{
    /// <summary>2014-05-22 21:38:19.5009078, the moment of the original's example.</summary>
    public static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddTicks(14_007_946_995_009_078);

    private readonly string _server;

    public TestStore(string server = "Alford", int shards = 1, LocationLimits? limits = null, IJournal? journal = null, int feedNumbersMax = Feed.NumbersMax)
    {
        _server = server;
        Store = new LocationStore(limits ?? new LocationLimits(), Time, hashSeed: 42, shards);
        Feed = new Feed(Time, feedNumbersMax);
        Committer = new Committer(Store, Feed, journal ?? new MemoryJournal(), Time);
    }

    public FakeTimeProvider Time { get; } = new(Start);

    public LocationStore Store { get; }

    public Feed Feed { get; }

    public Committer Committer { get; }

    /// <summary>The answer to the last <see cref="FromClient(string)"/>.</summary>
    public string Answer { get; private set; } = "";

    public Acceptance FromClient(string line)
    {
        var acceptance = FromClient(line, out var answer);
        Answer = answer;
        return acceptance;
    }

    /// <summary>Any thread may call it.</summary>
    public Acceptance FromClient(string line, out string answer)
    {
        Assert.True(IamatLine.TryParse(Bytes.Of(line), out var iamat), line);
        var now = Store.NowNanoseconds;
        var at = AtLine.From(Bytes.Of(_server), now - iamat.TimeNanoseconds, iamat, stackalloc byte[PosixTime.SkewBytesMax]);
        Span<byte> scratch = stackalloc byte[AtLine.BytesMax + 1];
        var length = at.CopyTo(scratch);
        var acceptance = Store.AcceptFromClient(at, scratch, ref length, now);
        answer = Bytes.Text(scratch[..length]);
        return acceptance;
    }

    public Acceptance FromNeighbour(string line, int origin = 0)
    {
        var bytes = Bytes.Of(line);
        Assert.True(AtLine.TryParse(bytes, out var at), line);
        return Store.AcceptFromNeighbour(at, bytes, origin, Store.NowNanoseconds);
    }

    /// <summary>Runs a commit of what has been accepted; for a journal that completes at once.</summary>
    public void Commit() => Assert.True(Committer.WaitAsync(Store.StartedCommits + 1).AsTask().IsCompletedSuccessfully);

    /// <summary>Accepts and commits lines of a neighbour.</summary>
    public void Take(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
            FromNeighbour(line);
        Commit();
    }

    /// <summary>A client's newest line; empty if it is not known.</summary>
    public string Find(string client, out long commit)
    {
        Span<byte> scratch = stackalloc byte[AtLine.BytesMax + 1];
        var length = Store.Find(Bytes.Of(client), scratch, out commit);
        return Bytes.Text(scratch[..length]);
    }

    public string Find(string client) => Find(client, out _);

    public FeedFollower Follow(long cursor = 0, int skippedOrigin = 0) => new(Store, Feed, Time, cursor, skippedOrigin);

    /// <summary>One call of <see cref="FeedFollower.Copy"/>.</summary>
    public static List<string> Copy(FeedFollower follower, int bytesMax = int.MaxValue)
    {
        var output = new ArrayBufferWriter<byte>();
        var lines = follower.Copy(output, bytesMax);
        var text = Bytes.Text(output.WrittenSpan);
        var result = text.Split('\n').ToList();
        Assert.Equal("", result[^1]);
        result.RemoveAt(result.Count - 1);
        Assert.Equal(lines, result.Count);
        return result;
    }

    /// <summary>All committed lines, sorted.</summary>
    public List<string> All()
    {
        var follower = Follow();
        var lines = new List<string>();
        while (!follower.IsAtEnd)
            lines.AddRange(Copy(follower));
        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
