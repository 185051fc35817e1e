namespace ProxyHerd.Herd.Metrics;

/// <summary>The bounds of histograms of durations.</summary>
public static class DurationBuckets
{
    /// <summary>
    /// In seconds: from 50 µs, below which a whole read is handled on an idle machine, to the 10 s after which a client that does not
    /// read is cut; three a decade tell a sync of a fast disk from one of a slow.
    /// </summary>
    public static IReadOnlyList<double> Seconds { get; } =
        [0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
}
