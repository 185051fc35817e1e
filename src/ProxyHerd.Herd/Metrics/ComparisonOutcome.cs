namespace ProxyHerd.Herd.Metrics;

/// <summary>How a comparison of digest trees came out.</summary>
internal enum ComparisonOutcome
{
    /// <summary>Nothing differed.</summary>
    Equal,

    /// <summary>Something differed, if only because it was just changing.</summary>
    Different,

    /// <summary>The very same buckets differed the last time, and repair did no good.</summary>
    Stuck,
}
