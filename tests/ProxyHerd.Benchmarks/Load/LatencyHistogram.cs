using System.Numerics;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>Counts of latencies, in steps of at most 3.2 %: 32 for each power of two of nanoseconds.</summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 5;

    private readonly long[] _counts = new long[64 << StepBits];
    private long _total;

    /// <summary>The longest, in nanoseconds.</summary>
    public long Max { get; private set; }

    /// <summary>Counts a latency.</summary>
    public void Add(long nanoseconds)
    {
        Max = Math.Max(Max, nanoseconds);
        _total++;
        var shift = Math.Max(0, BitOperations.Log2((ulong)nanoseconds) - StepBits);
        _counts[(shift << StepBits) + (int)(nanoseconds >> shift)]++;
    }

    /// <summary>What a share of the latencies does not exceed, in nanoseconds, to the lower end of its step.</summary>
    public long Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(_total * share);
        long sum = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            sum += _counts[i];
            if (sum >= wanted && sum > 0)
                return StartOf(i);
        }

        return Max;
    }

    /// <summary>Beyond the first power of two a step's index holds the leading one bit too, so it runs from 32 to 63.</summary>
    private static long StartOf(int index)
    {
        var shift = Math.Max(0, (index >> StepBits) - 1);
        return (index - ((long)shift << StepBits)) << shift;
    }
}
