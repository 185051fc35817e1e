namespace ProxyHerd.Herd.Locations;

/// <summary>One client in a shard: its last committed line, and where its uncommitted ones wait. 64 bytes.</summary>
internal struct LocationRecord
{
    /// <summary>The AT line, then room to spare. Before the first commit it holds the line that will be committed.</summary>
    public byte[] Line;

    /// <summary>The committed line's number in the feed; 0 before the first commit.</summary>
    public long Sequence;

    /// <summary>The committed line's time, in nanoseconds since 1970.</summary>
    public long Time;

    /// <summary>The committed line's skew, in nanoseconds.</summary>
    public long Skew;

    /// <summary>The committed line's hash, as it went into the digest.</summary>
    public ulong LineHash;

    /// <summary>Which boot of which neighbour brought the committed line; see <see cref="Flooding.OriginTags"/>.</summary>
    public int Origin;

    /// <summary>Index in the open batch plus one; 0 if nothing waits there.</summary>
    public int Open;

    /// <summary>Index in the batch that is being committed plus one; 0 if nothing waits there.</summary>
    public int Closed;

    /// <summary>Bytes of <see cref="Line"/> that are used.</summary>
    public ushort LineLength;

    /// <summary>Where the client ID begins in <see cref="Line"/>.</summary>
    public ushort ClientIdOffset;

    /// <summary>Bytes of the client ID.</summary>
    public byte ClientIdLength;

    /// <summary>The client ID. It stands in the line, so that it is held once.</summary>
    public readonly ReadOnlySpan<byte> ClientId => Line.AsSpan(ClientIdOffset, ClientIdLength);

    /// <summary>The line.</summary>
    public readonly ReadOnlySpan<byte> LineSpan => Line.AsSpan(0, LineLength);
}
