using System.Diagnostics.Metrics;
using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Server.Journal;

/// <summary>What a journal on disk measures of its writes, on the server's own meter. Its thread alone adds to it.</summary>
internal sealed class JournalMetrics
{
    /// <summary>Powers of four: from a lone client's commit to the most that a second of a busy server brings.</summary>
    private static readonly int[] UpdateBounds = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536];

    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly Histogram<int> _updates;
    private readonly Histogram<double> _syncs;
    private readonly Counter<long> _bytes;

    /// <summary>Publishes them.</summary>
    public JournalMetrics(IMeterFactory factory, TimeProvider time)
    {
        _time = time;
        _meter = factory.Create(HerdMetrics.MeterName);
        _updates = _meter.CreateHistogram(
            "proxyherd.journal.batch.updates",
            "{update}",
            "Updates in a commit",
            tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = UpdateBounds });
        _syncs = _meter.CreateHistogram(
            "proxyherd.journal.sync.duration",
            "s",
            "A write that is synced to disk, or a sync of earlier ones",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets.Seconds });
        _bytes = _meter.CreateCounter<long>("proxyherd.journal.written", "By", "Bytes of commits given to the journal");
    }

    /// <summary>Publishes what a journal holds in memory, from its start on.</summary>
    public void Watch(Func<long> memoryBytes) => _meter.CreateObservableUpDownCounter(
        "proxyherd.journal.memory", memoryBytes, "By", "Memory that holds commits and lines until they are in a table");

    /// <summary>Begins to time a write or a sync.</summary>
    public long Begin() => _time.GetTimestamp();

    /// <summary>A sync has ended.</summary>
    /// <param name="began">When it began.</param>
    public void Synced(long began) => _syncs.Record(_time.GetElapsedTime(began).TotalSeconds);

    /// <summary>A commit is written.</summary>
    public void Written(int updates, int bytes)
    {
        _updates.Record(updates);
        _bytes.Add(bytes);
    }
}
