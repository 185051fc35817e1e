namespace ProxyHerd.Herd.Locations;

/// <summary>Which committed lines a scan of the store gives.</summary>
/// <param name="AfterSequence">Those with a larger number.</param>
/// <param name="SkippedOrigin">None of this origin; 0 for all.</param>
/// <param name="Buckets">Those of clients in these buckets; null for all.</param>
internal readonly record struct ScanFilter(long AfterSequence, int SkippedOrigin, BucketSet? Buckets = null);
