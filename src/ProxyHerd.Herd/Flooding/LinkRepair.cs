using System.Buffers;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Metrics;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Flooding;

/// <summary>
/// Anti-entropy of one session: compares the digest trees each minute and when the link has fallen quiet, and sends the
/// lines of the buckets that differ, whoever brought them. What this server lacks is the work of the neighbour's own link.
/// </summary>
/// <remarks>All but <see cref="TryHear"/> is called by the pump.</remarks>
internal sealed class LinkRepair : IDisposable
{
    /// <summary>Buckets that one round repairs: some thousand lines of a million, so that rounds stay small.</summary>
    private const int BucketsMax = 256;

    /// <summary>Between two rounds.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Between two rounds that do no good: something stays different, and a person has been told.</summary>
    private static readonly TimeSpan EveryMax = TimeSpan.FromHours(1);

    /// <summary>A link that sent nothing for so long is quiet: what it sent is committed by then, and hashes can be equal.</summary>
    private static readonly TimeSpan QuietAfter = TimeSpan.FromMilliseconds(500);

    private readonly HerdServer _server;
    private readonly string _neighbour;
    private readonly NeighbourCounts _counts;
    private readonly ITimer _timer;
    private readonly byte[] _lines = new byte[4 * (AtLine.BytesMax + 1)];
    private readonly LastingDifferences _lasting = new();
    private volatile TreeComparison? _comparison;
    private IReadOnlyList<(ushort Bucket, ulong Hash)> _lastDifferent = [];
    private BucketSet? _sending;
    private ScanPlace _place;
    private TimeSpan _wait = Every;
    private long _began;
    private long _lastRound;
    private long _lastSent;
    private bool _hasSent = true;
    private bool _isForScan;
    private int _nextNode;

    /// <param name="server">This server.</param>
    /// <param name="neighbour">The neighbour's name.</param>
    /// <param name="wake">Wakes the pump.</param>
    public LinkRepair(HerdServer server, string neighbour, Action wake)
    {
        _server = server;
        _neighbour = neighbour;
        _counts = server.Metrics.Links[neighbour];
        _lastRound = _lastSent = server.Time.GetTimestamp();
        _timer = server.Time.CreateTimer(static wake => ((Action)wake!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Whether the neighbour has not answered for as long as one may take that does not read: its answers wait for its commits
    /// alone. A scan may be waiting for them.
    /// </summary>
    public bool IsOverdue => _comparison is not null && _server.Time.GetElapsedTime(_began) >= LinkTimes.UnreadMax;

    /// <summary>Whether lines are at hand to be sent at once.</summary>
    public bool IsSending => _sending is not null;

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>Takes a DIGEST or WANT of the neighbour, on the reader's thread.</summary>
    /// <returns>False if it answers nothing.</returns>
    public bool TryHear(HerdLine line) => _comparison?.TryHear(line) == true;

    /// <summary>Does the next step: begins a round, goes on with it, or sends a piece of what differs.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="follower">The feed's follower, which may wait for a comparison before it scans.</param>
    /// <param name="sentLines">Lines of the feed that were sent just now.</param>
    public void Advance(IBufferWriter<byte> output, FeedFollower follower, int sentLines)
    {
        if (sentLines > 0)
        {
            _hasSent = true;
            _lastSent = _server.Time.GetTimestamp();
        }

        _comparison?.Advance(output);
        if (_comparison is { IsDone: true } comparison)
            End(comparison, follower);
        if (_sending is not null)
            SendPiece(output, _sending);

        // Last, so that a scan which waited for the round before begins at once.
        if (_comparison is null && _sending is null && (follower.AwaitsComparison || IsDue(follower)))
            Begin(follower.AwaitsComparison).Advance(output);
    }

    /// <summary>Sets the timer for the next round; due before the pump sleeps.</summary>
    public void Arm()
    {
        if (_comparison is not null)
            return;
        var now = _server.Time.GetTimestamp();
        var due = _wait - _server.Time.GetElapsedTime(_lastRound, now);
        var quiet = QuietAfter - _server.Time.GetElapsedTime(_lastSent, now);
        if (LooksWhenQuiet && quiet < due)
            due = quiet;
        _timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>While the same buckets stay different, quiet is no reason to look again.</summary>
    private bool LooksWhenQuiet => _hasSent && _wait == Every;

    private bool IsDue(FeedFollower follower)
    {
        var now = _server.Time.GetTimestamp();
        return _server.Time.GetElapsedTime(_lastRound, now) >= _wait
            || (LooksWhenQuiet && follower.IsAtEnd && _server.Time.GetElapsedTime(_lastSent, now) >= QuietAfter);
    }

    private TreeComparison Begin(bool isForScan)
    {
        _began = _server.Time.GetTimestamp();
        _isForScan = isForScan;
        _hasSent = false;
        var comparison = new TreeComparison(_server.Store.DigestTree, isForScan ? int.MaxValue : BucketsMax, _nextNode);
        _comparison = comparison;
        return comparison;
    }

    private void End(TreeComparison comparison, FeedFollower follower)
    {
        _comparison = null;
        _lastRound = _server.Time.GetTimestamp();
        _nextNode = (comparison.LastNode + 1) % DigestTree.Nodes;
        var buckets = new BucketSet();
        foreach (var (bucket, _) in comparison.Different)
            buckets.Add(bucket);
        if (_isForScan)
        {
            _counts.Compared(buckets.Count == 0 ? ComparisonOutcome.Equal : ComparisonOutcome.Different, buckets.Count);

            // The scan sends what changed since the cursor; what differs for another reason is left to the round after it.
            _hasSent |= buckets.Count > 0;
            _lastSent = _lastRound;
            follower.Compared(buckets);
            return;
        }

        var isStuck = buckets.Count > 0 && comparison.Different.SequenceEqual(_lastDifferent);
        _lastDifferent = comparison.Different;
        _counts.Compared(OutcomeOf(buckets, isStuck), buckets.Count);
        _lasting.Take(comparison.Different, comparison.HasLookedAt);
        _counts.LastingBuckets = _lasting.Count;
        if (isStuck)
        {
            _wait = _wait * 2 < EveryMax ? _wait * 2 : EveryMax;
            _server.LinkLog.StaysDifferent(_neighbour, buckets.Count, _wait);
        }
        else
        {
            _wait = Every;
        }

        if (buckets.Count == 0)
            return;
        _sending = buckets;
        _place = default;
        _counts.RepairBegan();
    }

    private static ComparisonOutcome OutcomeOf(BucketSet different, bool isStuck)
    {
        if (different.Count == 0)
            return ComparisonOutcome.Equal;
        return isStuck ? ComparisonOutcome.Stuck : ComparisonOutcome.Different;
    }

    private void SendPiece(IBufferWriter<byte> output, BucketSet buckets)
    {
        const int BytesMax = Connections.ConnectionLimits.LinkFlushBytes;

        // A piece looks at so many parts of the store, so that the feed does not wait for a scan that finds little.
        const int PartsMax = 64;
        for (int written = 0, parts = 0; written < BytesMax && parts < PartsMax && !_place.IsAtEnd; parts++)
        {
            var length = _server.Store.Scan(ref _place, new ScanFilter(0, 0, buckets), _lines, out var lines);
            _counts.Repaired(lines);
            output.Write(_lines.AsSpan(0, length));
            written += length;
        }

        if (!_place.IsAtEnd)
            return;
        _sending = null;

        // What was sent now is looked at again once it is committed there.
        _hasSent = true;
        _lastSent = _server.Time.GetTimestamp();
    }
}
