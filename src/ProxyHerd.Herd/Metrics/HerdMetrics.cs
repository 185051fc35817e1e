using System.Diagnostics.Metrics;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Metrics;

/// <summary>What a server counts. Counters are added to once a read, and looked at when they are collected.</summary>
/// <remarks>No label has a value that a client chooses: each is a verb, a reason, an outcome, or a neighbour of the configuration.</remarks>
public sealed class HerdMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "ProxyHerd";

    /// <summary>A verb's label, by <see cref="Verb"/>.</summary>
    internal static readonly string[] Verbs = ["blank", "unknown", "iamat", "whatsat", "at", "herd"];

    private readonly long[] _lines = new long[Verbs.Length];
    private readonly long[] _outcomes = new long[Enum.GetValues<AcceptOutcome>().Length];
    private long _strangers;
    private long _malformed;
    private long _connections;
    private long _answeredWithoutNeighbour;

    /// <param name="time">What durations are measured with.</param>
    internal HerdMetrics(TimeProvider time)
    {
        Durations = new LineDurations(time);
        Links = new LinkMetrics(time);
    }

    /// <summary>AT lines of servers that this one does not know, so far.</summary>
    public long StrangersLines => Volatile.Read(ref _strangers);

    /// <summary>Connections now open.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Answers that left without a neighbour's acknowledgement though one was to be had, so far.</summary>
    public long AnsweredWithoutNeighbour => Volatile.Read(ref _answeredWithoutNeighbour);

    /// <summary>How long lines take.</summary>
    internal LineDurations Durations { get; }

    /// <summary>What is counted of each neighbour.</summary>
    internal LinkMetrics Links { get; }

    /// <summary>Updates that came to an end, so far.</summary>
    public long Updates(AcceptOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    /// <summary>Lines received, so far.</summary>
    public long Lines(Verb verb) => Volatile.Read(ref _lines[(int)verb]);

    /// <summary>Publishes the counters on a server's own meter.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="server">Whose clients, feed and links are looked at.</param>
    public void Register(Meter meter, HerdServer server)
    {
        meter.CreateObservableCounter("proxyherd.lines", MeasureLines, "{line}", "Lines received, by verb");
        Durations.Register(meter);
        meter.CreateObservableCounter(
            "proxyherd.updates.accepted", () => Updates(AcceptOutcome.Accepted), "{update}", "Updates that were newer than what was stored");
        meter.CreateObservableCounter(
            "proxyherd.updates.stale",
            () => Updates(AcceptOutcome.Same) + Updates(AcceptOutcome.Stale),
            "{update}",
            "Updates that were the same as what was stored, or older");
        meter.CreateObservableCounter("proxyherd.updates.refused", MeasureRefused, "{update}", "Updates that were not taken, by reason");
        meter.CreateObservableUpDownCounter("proxyherd.connections", () => Connections, "{connection}", "Connections now open");
        meter.CreateObservableCounter(
            "proxyherd.answers.without_neighbour",
            () => AnsweredWithoutNeighbour,
            "{read}",
            "Reads answered without a neighbour's acknowledgement, of those that were to wait for one");
        meter.CreateObservableUpDownCounter("proxyherd.clients", () => server.Store.Count, "{client}", "Clients whose location is stored");
        meter.CreateObservableGauge("proxyherd.feed.sequence", () => server.Feed.Head, "{update}", "Number of the last committed update");
        Links.Register(meter, server.Links);
    }

    internal void ConnectionOpened() => Interlocked.Increment(ref _connections);

    internal void ConnectionClosed() => Interlocked.Decrement(ref _connections);

    internal void AnswerWithoutNeighbour() => Interlocked.Increment(ref _answeredWithoutNeighbour);

    internal void Add(ref LineCounts counts)
    {
        for (var i = 0; i < LineCounts.Verbs; i++)
            Add(ref _lines[i], counts.Lines[i]);
        for (var i = 0; i < LineCounts.Outcomes; i++)
            Add(ref _outcomes[i], counts.Updates[i]);
        Add(ref _strangers, counts.Strangers);
        Add(ref _malformed, counts.Malformed);
        counts = default;
    }

    private static void Add(ref long total, int count)
    {
        if (count != 0)
            Interlocked.Add(ref total, count);
    }

    /// <summary>A collector calls it before it looks at histograms, whose last observations are recorded here.</summary>
    private IEnumerable<Measurement<long>> MeasureLines()
    {
        Durations.Flush();
        return Verbs.Select((verb, i) => Measure(_lines, i, "verb", verb));
    }

    private IEnumerable<Measurement<long>> MeasureRefused() =>
    [
        Measure(_outcomes, (int)AcceptOutcome.AheadOfClock, "reason", "ahead_of_clock"),
        Measure(_outcomes, (int)AcceptOutcome.Full, "reason", "full"),
        new(StrangersLines, new KeyValuePair<string, object?>("reason", "stranger")),
        new(Volatile.Read(ref _malformed), new KeyValuePair<string, object?>("reason", "malformed")),
    ];

    private static Measurement<long> Measure(long[] counts, int index, string label, string value) =>
        new(Volatile.Read(ref counts[index]), new KeyValuePair<string, object?>(label, value));
}
