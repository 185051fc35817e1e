using System.Diagnostics.Metrics;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Metrics;

/// <summary>
/// How long lines take, by verb: one observation a read batch for each verb in it, not one a line, so that the count is of
/// batches. The time begins when the lines of a read are begun to be handled, and ends when their replies, after the commit
/// that they wait for, have been handed to the operating system. What a line waits before, in a socket or behind a WHATSAT
/// that waits for its provider, is not in it. Such a WHATSAT is timed by itself, to when its places are written.
/// </summary>
/// <remarks>
/// A neighbour's batch is timed likewise, to when what acknowledges it has been handed over. Blank lines are not timed. Without
/// a collector nothing is measured.
/// </remarks>
internal sealed class LineDurations(TimeProvider time)
{
    private static readonly KeyValuePair<string, object?>[] Labels = [.. HerdMetrics.Verbs.Select(verb => KeyValuePair.Create("verb", (object?)verb))];
    private Histogram<double>? _histogram;

    /// <summary>Publishes them.</summary>
    public void Register(Meter meter) => _histogram = meter.CreateHistogram(
        "proxyherd.line.duration",
        "s",
        "From a read to its replies' departure, once a read and verb",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets.Seconds });

    /// <summary>Begins to time a batch; 0 if nobody collects.</summary>
    public long Begin() => _histogram is { Enabled: true } ? time.GetTimestamp() : 0;

    /// <summary>Ends it.</summary>
    /// <param name="verbs">What was in it, a bit a <see cref="Verb"/>.</param>
    /// <param name="began">What <see cref="Begin"/> gave.</param>
    public void End(int verbs, long began)
    {
        verbs &= ~(1 << (int)Verb.Blank);
        if (verbs == 0 || began == 0)
            return;
        var seconds = time.GetElapsedTime(began).TotalSeconds;
        for (var verb = 0; verbs != 0; verb++, verbs >>= 1)
        {
            if ((verbs & 1) != 0)
                _histogram!.Record(seconds, Labels[verb]);
        }
    }
}
