namespace ProxyHerd.Herd.Locations;

/// <summary>How far a scan of the store has come. A client that is there throughout is met once.</summary>
internal struct ScanPlace
{
    /// <summary>The shard being scanned.</summary>
    public int Shard;

    /// <summary>The next slot in it.</summary>
    public int Slot;

    /// <summary>Whether all shards have been scanned.</summary>
    public bool IsAtEnd;
}
