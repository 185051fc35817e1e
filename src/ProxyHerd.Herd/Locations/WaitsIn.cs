namespace ProxyHerd.Herd.Locations;

/// <summary>Where a client's newest line is on its way to being committed.</summary>
internal enum WaitsIn
{
    /// <summary>It is committed.</summary>
    Nothing,

    /// <summary>In the batch that the committer works on.</summary>
    ClosedBatch,

    /// <summary>In the batch after that one.</summary>
    OpenBatch,
}
