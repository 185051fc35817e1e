using System.Diagnostics.Metrics;

namespace ProxyHerd.Herd.Metrics;

/// <summary>What a server counts of one neighbour: of the link that it dials and of the neighbour's own link alike.</summary>
internal sealed class NeighbourCounts
{
    private readonly TimeProvider _time;
    private readonly KeyValuePair<string, object?> _label;
    private readonly long[] _comparisons = new long[Enum.GetValues<ComparisonOutcome>().Length];
    private long _starts;
    private long _linesSent;
    private long _bytesSent;
    private long _linesReceived;
    private long _bytesReceived;
    private long _differentBuckets;
    private long _lastEqual;
    private long _lastingBuckets;
    private long _repairs;
    private long _repairLines;

    /// <param name="neighbour">The neighbour's name.</param>
    /// <param name="time">The clock.</param>
    public NeighbourCounts(string neighbour, TimeProvider time)
    {
        _time = time;
        _label = KeyValuePair.Create("neighbour", (object?)neighbour);
        _lastEqual = time.GetUtcNow().UtcTicks;
    }

    /// <summary>Round trips of PING; null until they are published.</summary>
    public Histogram<double>? Pings { get; set; }

    /// <summary>The neighbour, as a label.</summary>
    public KeyValuePair<string, object?> Label => _label;

    /// <summary>Times that this server's link came up again.</summary>
    public long Reconnects => Math.Max(0, Volatile.Read(ref _starts) - 1);

    /// <summary>Lines sent, so far.</summary>
    public long LinesSent => Volatile.Read(ref _linesSent);

    /// <summary>Their bytes.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Lines received, so far.</summary>
    public long LinesReceived => Volatile.Read(ref _linesReceived);

    /// <summary>Their bytes.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>Buckets that differed in comparisons, so far.</summary>
    public long DifferentBuckets => Volatile.Read(ref _differentBuckets);

    /// <summary>When a comparison was last equal, in seconds since 1970; until one was, when this server started.</summary>
    public double LastEqualSeconds =>
        (new DateTime(Volatile.Read(ref _lastEqual), DateTimeKind.Utc) - DateTime.UnixEpoch).TotalSeconds;

    /// <summary>Buckets that stayed different at the last comparisons; those whose lines are just under way are not among them.</summary>
    public long LastingBuckets
    {
        get => Volatile.Read(ref _lastingBuckets);
        set => Volatile.Write(ref _lastingBuckets, value);
    }

    /// <summary>Rounds that sent lines of buckets which differed, so far.</summary>
    public long Repairs => Volatile.Read(ref _repairs);

    /// <summary>Lines sent by them.</summary>
    public long RepairLines => Volatile.Read(ref _repairLines);

    /// <summary>Comparisons, so far.</summary>
    public long Comparisons(ComparisonOutcome outcome) => Volatile.Read(ref _comparisons[(int)outcome]);

    /// <summary>This server's link has come up.</summary>
    public void CameUp() => Interlocked.Increment(ref _starts);

    /// <summary>Lines are about to be flushed to it.</summary>
    public void Sent(int lines, long bytes)
    {
        Interlocked.Add(ref _linesSent, lines);
        Interlocked.Add(ref _bytesSent, bytes);
    }

    /// <summary>Lines of a read came from it.</summary>
    public void Received(int lines, long bytes)
    {
        Interlocked.Add(ref _linesReceived, lines);
        Interlocked.Add(ref _bytesReceived, bytes);
    }

    /// <summary>A PONG came for a PING.</summary>
    /// <param name="began">When the PING was written.</param>
    public void Ponged(long began) => Pings?.Record(_time.GetElapsedTime(began).TotalSeconds, _label);

    /// <summary>A comparison has ended.</summary>
    public void Compared(ComparisonOutcome outcome, int differentBuckets)
    {
        Interlocked.Increment(ref _comparisons[(int)outcome]);
        Interlocked.Add(ref _differentBuckets, differentBuckets);
        if (outcome == ComparisonOutcome.Equal)
            Volatile.Write(ref _lastEqual, _time.GetUtcNow().UtcTicks);
    }

    /// <summary>A round has begun to send what differed.</summary>
    public void RepairBegan() => Interlocked.Increment(ref _repairs);

    /// <summary>It has sent so many lines more.</summary>
    public void Repaired(int lines) => Interlocked.Add(ref _repairLines, lines);
}
