namespace ProxyHerd.Herd.Locations;

/// <summary>An accepted update that waits in a batch for its commit.</summary>
internal struct PendingUpdate
{
    /// <summary>The client's slot in the shard.</summary>
    public int Slot;

    /// <summary>Where the line begins in the batch's bytes.</summary>
    public int Offset;

    /// <summary>Bytes of the line.</summary>
    public ushort Length;

    /// <summary>Where the client ID begins in the line.</summary>
    public ushort ClientIdOffset;

    /// <summary>Which boot of which neighbour brought it.</summary>
    public int Origin;

    /// <summary>Whether the client is removed rather than moved.</summary>
    public bool IsRemoval;

    /// <summary>Whether it is removed because its line was damaged in memory. The journal keeps what it has.</summary>
    public bool IsDamaged;

    /// <summary>The client's bucket in the digest tree.</summary>
    public ushort Bucket;

    /// <summary>Hash of the line.</summary>
    public ulong LineHash;

    /// <summary>In nanoseconds since 1970.</summary>
    public long Time;

    /// <summary>In nanoseconds.</summary>
    public long Skew;
}
