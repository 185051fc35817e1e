using System.Diagnostics.Metrics;
using ProxyHerd.Herd.Flooding;

namespace ProxyHerd.Herd.Metrics;

/// <summary>The counts of all neighbours, which are those of the configuration.</summary>
internal sealed class LinkMetrics(TimeProvider time)
{
    private static readonly (LinkState State, KeyValuePair<string, object?> Label)[] States =
        [.. Enum.GetValues<LinkState>().Select(state => (state, KeyValuePair.Create("state", (object?)LinkReport.NameOf(state))))];

    private static readonly (ComparisonOutcome Outcome, KeyValuePair<string, object?> Label)[] Outcomes =
        [.. Enum.GetValues<ComparisonOutcome>().Select(outcome => (outcome, KeyValuePair.Create("outcome", (object?)outcome.ToString().ToLowerInvariant())))];

    private static readonly KeyValuePair<string, object?> IsSent = new("direction", "sent");
    private static readonly KeyValuePair<string, object?> IsReceived = new("direction", "received");

    /// <summary>Added to while the server is built, and only read from then on.</summary>
    private readonly Dictionary<string, NeighbourCounts> _neighbours = new(StringComparer.Ordinal);

    /// <summary>Comparisons of digest trees with all neighbours, so far.</summary>
    public long DigestComparisons => _neighbours.Values.Sum(counts => Outcomes.Sum(outcome => counts.Comparisons(outcome.Outcome)));

    /// <summary>Buckets that differed in them, so far.</summary>
    public long DifferentBuckets => _neighbours.Values.Sum(counts => counts.DifferentBuckets);

    /// <summary>The counts of one neighbour.</summary>
    public NeighbourCounts this[string neighbour] => _neighbours[neighbour];

    /// <summary>Has a neighbour counted.</summary>
    public void Add(string neighbour) => _neighbours.Add(neighbour, new NeighbourCounts(neighbour, time));

    /// <summary>Publishes them, and how the links stand.</summary>
    public void Register(Meter meter, Links links)
    {
        RegisterState(meter, links);
        RegisterTraffic(meter);
        RegisterRepair(meter);
    }

    private static void RegisterState(Meter meter, Links links)
    {
        meter.CreateObservableUpDownCounter(
            "proxyherd.link.up", () => Measure(links, link => link.IsUp ? 1L : 0), "{link}", "1 while this server's own link to the neighbour is up");
        meter.CreateObservableUpDownCounter(
            "proxyherd.link.state", () => links.Report().SelectMany(MeasureStates), "{link}", "1 for the state that the link to the neighbour is in");
        meter.CreateObservableGauge(
            "proxyherd.link.behind.updates", () => Measure(links, link => link.Behind), "{update}", "Updates not yet sent to the neighbour");
        meter.CreateObservableGauge(
            "proxyherd.link.lag", () => Measure(links, link => link.Lag.TotalSeconds), "s", "How long the oldest update waits that is not yet sent to the neighbour");
        meter.CreateObservableGauge(
            "proxyherd.link.acknowledged.sequence",
            () => Measure(links, link => link.Acknowledged),
            "{update}",
            "The highest number of this server's feed that the neighbour has acknowledged");
    }

    private void RegisterTraffic(Meter meter)
    {
        meter.CreateObservableCounter(
            "proxyherd.link.reconnects", () => Measure(counts => counts.Reconnects), "{link}", "Times that the link to the neighbour came up again");
        meter.CreateObservableCounter(
            "proxyherd.link.io",
            () => MeasureBothWays(counts => counts.BytesSent, counts => counts.BytesReceived),
            "By",
            "Bytes of lines to and from the neighbour, over its link and ours");
        meter.CreateObservableCounter(
            "proxyherd.link.lines",
            () => MeasureBothWays(counts => counts.LinesSent, counts => counts.LinesReceived),
            "{line}",
            "Lines to and from the neighbour, over its link and ours");
        var pings = meter.CreateHistogram(
            "proxyherd.link.ping.duration",
            "s",
            "From a PING to its PONG, which waits for the commit of what came before",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets.Seconds });
        foreach (var counts in _neighbours.Values)
            counts.Pings = pings;
    }

    private void RegisterRepair(Meter meter)
    {
        meter.CreateObservableCounter(
            "proxyherd.digest.comparisons", () => _neighbours.Values.SelectMany(MeasureOutcomes), "{comparison}", "Comparisons of digest trees with the neighbour, by outcome");
        meter.CreateObservableCounter(
            "proxyherd.digest.different_buckets", () => Measure(counts => counts.DifferentBuckets), "{bucket}", "Buckets that differed in comparisons of digest trees");
        meter.CreateObservableUpDownCounter(
            "proxyherd.digest.lasting_buckets",
            () => Measure(counts => counts.LastingBuckets),
            "{bucket}",
            "Buckets that stay different from one comparison of digest trees to the next; not those that are just changing");
        meter.CreateObservableGauge(
            "proxyherd.digest.last_equal.timestamp",
            () => _neighbours.Values.Select(counts => new Measurement<double>(counts.LastEqualSeconds, counts.Label)),
            "s",
            "When the digest trees were last equal, since 1970; until they were, when this server started");
        meter.CreateObservableCounter(
            "proxyherd.repairs", () => Measure(counts => counts.Repairs), "{round}", "Rounds that sent the neighbour the lines of buckets which differed");
        meter.CreateObservableCounter("proxyherd.repair.lines", () => Measure(counts => counts.RepairLines), "{line}", "Lines sent by them");
    }

    private static IEnumerable<Measurement<T>> Measure<T>(Links links, Func<LinkReport, T> value)
        where T : struct =>
        links.Report().Select(link => new Measurement<T>(value(link), KeyValuePair.Create("neighbour", (object?)link.Neighbour)));

    private static IEnumerable<Measurement<long>> MeasureStates(LinkReport link) => States.Select(state =>
        new Measurement<long>(link.State == state.State ? 1 : 0, KeyValuePair.Create("neighbour", (object?)link.Neighbour), state.Label));

    private static IEnumerable<Measurement<long>> MeasureOutcomes(NeighbourCounts counts) =>
        Outcomes.Select(outcome => new Measurement<long>(counts.Comparisons(outcome.Outcome), counts.Label, outcome.Label));

    private IEnumerable<Measurement<long>> Measure(Func<NeighbourCounts, long> value) =>
        _neighbours.Values.Select(counts => new Measurement<long>(value(counts), counts.Label));

    private IEnumerable<Measurement<long>> MeasureBothWays(Func<NeighbourCounts, long> sent, Func<NeighbourCounts, long> received) =>
        _neighbours.Values.SelectMany(counts => new Measurement<long>[]
        {
            new(sent(counts), counts.Label, IsSent),
            new(received(counts), counts.Label, IsReceived),
        });
}
