using System.Buffers;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Feeds;

/// <summary>One reader of the feed and how far it has read. Not thread-safe.</summary>
/// <remarks>
/// It follows the index by its cursor. One that has fallen out of the index scans the store instead and goes on from
/// where the scan began. So does, every ten seconds, one that does not reach the feed's end: a client that changes all
/// the time is always ahead of it, and only a scan meets it.
/// </remarks>
internal sealed class FeedFollower
{
    /// <summary>How long a follower may stay behind the feed's end before it scans.</summary>
    public static readonly TimeSpan BehindMax = TimeSpan.FromSeconds(10);

    private readonly LocationStore _store;
    private readonly Feed _feed;
    private readonly TimeProvider _time;
    private readonly int _skippedOrigin;
    private readonly bool _comparesFirst;
    private BucketSet? _buckets;
    private readonly byte[] _lines = new byte[4 * (AtLine.BytesMax + 1)];
    private long _cursor;
    private bool _wasAtEnd = true;
    private long _behindSince;
    private ScanPlace _scan;
    private long _scanStart;
    private bool _isScanning;

    /// <param name="store">Where the lines are.</param>
    /// <param name="feed">Their order.</param>
    /// <param name="time">Tells how long it has been behind.</param>
    /// <param name="cursor">The last number that has been read.</param>
    /// <param name="skippedOrigin">Lines that this boot of a neighbour brought are passed over; 0 for none.</param>
    /// <param name="comparesFirst">Whether it waits for <see cref="Compared"/> before it scans because it fell out of the index.</param>
    public FeedFollower(LocationStore store, Feed feed, TimeProvider time, long cursor, int skippedOrigin, bool comparesFirst = false)
    {
        _store = store;
        _feed = feed;
        _time = time;
        _cursor = cursor;
        _skippedOrigin = skippedOrigin;
        _comparesFirst = comparesFirst;
    }

    /// <summary>
    /// All up to this number has been read, or replaced by something newer that has a larger one. It stands still
    /// during a scan.
    /// </summary>
    public long Cursor => _isScanning && (Mistakes & Mistakes.MarkDuringScan) != 0 ? _scanStart : _cursor;

    /// <summary>What the simulator makes wrong.</summary>
    public Mistakes Mistakes { get; init; }

    /// <summary>Updates that have not been looked at.</summary>
    public long Behind => Math.Max(0, _feed.Head - _cursor);

    /// <summary>Whether everything has been read.</summary>
    public bool IsAtEnd => !_isScanning && _cursor >= _feed.Head;

    /// <summary>
    /// Whether it has noted where a scan begins, and waits to be told which buckets differ, so that it need not send all.
    /// </summary>
    public bool AwaitsComparison { get; private set; }

    /// <summary>Goes on with the scan that it waited with.</summary>
    /// <param name="different">The buckets that the reader has otherwise than the store; null if that is not known.</param>
    public void Compared(BucketSet? different)
    {
        AwaitsComparison = false;
        _buckets = different;
    }

    /// <summary>Copies the next lines, each with its line end.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="bytesMax">Stops once this many bytes have been written, or a line more.</param>
    /// <returns>Lines written; possibly 0 though the end is not reached.</returns>
    public int Copy(IBufferWriter<byte> output, int bytesMax)
    {
        // A quiet feed is not a follower that is behind: time counts from the first look that finds something.
        if (_wasAtEnd)
            _behindSince = _time.GetTimestamp();
        if (!_isScanning && !IsAtEnd)
        {
            var hasFallenOut = !_feed.Index.Holds(_cursor + 1);
            if (hasFallenOut || _time.GetElapsedTime(_behindSince) >= BehindMax)
                BeginScan(hasFallenOut && _comparesFirst);
        }

        if (AwaitsComparison)
            return 0;
        var lines = _isScanning ? CopyScan(output, bytesMax) : CopyFeed(output, bytesMax);
        _wasAtEnd = IsAtEnd;
        return lines;
    }

    private void BeginScan(bool comparesFirst)
    {
        AwaitsComparison = comparesFirst;
        _buckets = null;
        _isScanning = true;
        _scan = default;
        _scanStart = _feed.Head;
        _behindSince = _time.GetTimestamp();
    }

    private int CopyScan(IBufferWriter<byte> output, int bytesMax)
    {
        var lines = 0;
        for (var written = 0; written < bytesMax && !_scan.IsAtEnd;)
        {
            var piece = _store.Scan(ref _scan, new ScanFilter(_cursor, _skippedOrigin, _buckets), _lines, out var pieceLines);
            output.Write(_lines.AsSpan(0, piece));
            written += piece;
            lines += pieceLines;
        }

        if (_scan.IsAtEnd)
        {
            _isScanning = false;
            _cursor = Math.Max(_cursor, _scanStart);
        }

        return lines;
    }

    private int CopyFeed(IBufferWriter<byte> output, int bytesMax)
    {
        // Looks at this many numbers at the most, so that a stretch of replaced ones does not hold up the caller.
        const int NumbersMax = 1 << 16;
        var start = _cursor;
        var end = Math.Min(_feed.Head, start + NumbersMax);
        var at = start;
        var lines = 0;
        var filled = 0;
        for (var written = 0; at < end && written < bytesMax;)
        {
            if (_lines.Length - filled <= AtLine.BytesMax)
                Drain(output, ref filled);
            at++;
            if (!_store.TryCopyCommitted(_feed.Index[at], at, _skippedOrigin, _lines.AsSpan(filled), out var copy) || copy.IsDamaged)
                continue;
            filled += copy.Length;
            _lines[filled++] = (byte)'\n';
            written += copy.Length + 1;
            lines++;
        }

        Drain(output, ref filled);

        // What was overwritten while it was read may have been missed: the cursor stays, and the next call scans.
        if (_feed.Index.Holds(start + 1))
            _cursor = at;
        return lines;
    }

    private void Drain(IBufferWriter<byte> output, ref int filled)
    {
        output.Write(_lines.AsSpan(0, filled));
        filled = 0;
    }
}
