using System.Globalization;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>What came of the requests; those of the warm-up are not counted.</summary>
internal sealed class LoadTally(long warmUp, long startedAt)
{
    private readonly LatencyHistogram _latencies = new();
    private long _countedFrom = startedAt;
    private long _last = startedAt;

    /// <summary>Replies so far, those of the warm-up included.</summary>
    public long Replies { get; private set; }

    /// <summary>Replies that did not begin as expected.</summary>
    public long Errors { get; private set; }

    /// <summary>Counts a reply.</summary>
    /// <param name="latency">How long it took, in nanoseconds.</param>
    /// <param name="isExpected">Whether it begins as it should.</param>
    /// <param name="timestamp">Now, in nanoseconds.</param>
    public void Add(long latency, bool isExpected, long timestamp)
    {
        Replies++;
        _last = timestamp;
        if (!isExpected)
            Errors++;
        if (Replies > warmUp)
            _latencies.Add(latency);
        else
            _countedFrom = timestamp;
    }

    /// <summary><c>requests/s 660123 p50_us 1100 p99_us 1500 max_us 4000 errors 0 replies 2000000</c></summary>
    public override string ToString()
    {
        var perSecond = (Replies - warmUp) * 1e9 / Math.Max(1, _last - _countedFrom);
        var (half, most, all) = (_latencies.Percentile(0.5) / 1e3, _latencies.Percentile(0.99) / 1e3, _latencies.Max / 1e3);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"requests/s {perSecond:F0} p50_us {half:F0} p99_us {most:F0} max_us {all:F0} errors {Errors} replies {Replies}");
    }
}
