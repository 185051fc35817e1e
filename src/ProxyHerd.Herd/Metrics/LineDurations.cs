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
/// a collector nothing is measured. Observations are kept, and recorded many at a time: what a collector does with one is cheap
/// only while all that it touches is in the processor's caches, which the rest of a request empties.
/// </remarks>
internal sealed class LineDurations(TimeProvider time)
{
    private static readonly KeyValuePair<string, object?>[] Labels = [.. HerdMetrics.Verbs.Select(verb => KeyValuePair.Create("verb", (object?)verb))];

    /// <summary>Observations that a part keeps; enough for the first of them to warm the caches for the others.</summary>
    private const int PartLength = 64;

    /// <summary>Parts with a lock of their own, a power of two: threads that serve connections are about as many as processors.</summary>
    private const int Parts = 16;

    private readonly Part[] _parts = [.. Enumerable.Range(0, Parts).Select(_ => new Part())];
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
        var elapsed = time.GetElapsedTime(began);
        var part = _parts[Environment.CurrentManagedThreadId & (Parts - 1)];
        lock (part.Lock)
        {
            part.Kept[part.Count++] = new Observation(verbs, elapsed);
            if (part.Count == PartLength)
                Record(part);
        }
    }

    /// <summary>Records what is kept; due before a collector looks.</summary>
    public void Flush()
    {
        foreach (var part in _parts)
        {
            lock (part.Lock)
                Record(part);
        }
    }

    private void Record(Part part)
    {
        foreach (var (verbs, elapsed) in part.Kept.AsSpan(0, part.Count))
        {
            for (int verb = 0, rest = verbs; rest != 0; verb++, rest >>= 1)
            {
                if ((rest & 1) != 0)
                    _histogram!.Record(elapsed.TotalSeconds, Labels[verb]);
            }
        }

        part.Count = 0;
    }

    private readonly record struct Observation(int Verbs, TimeSpan Elapsed);

    private sealed class Part
    {
        public Lock Lock { get; } = new();

        public Observation[] Kept { get; } = new Observation[PartLength];

        public int Count { get; set; }
    }
}
