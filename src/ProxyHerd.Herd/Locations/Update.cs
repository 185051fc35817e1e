using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Locations;

/// <summary>An update on its way into the store.</summary>
internal readonly ref struct Update
{
    /// <summary>Its fields.</summary>
    public AtLine At { get; init; }

    /// <summary>Its AT line, with single spaces.</summary>
    public ReadOnlySpan<byte> Line { get; init; }

    /// <summary>Hash of the client ID, within the shard.</summary>
    public uint Hash { get; init; }

    /// <summary>Which boot of which neighbour brought it; 0 for a client, and for a neighbour to be told again.</summary>
    public int Origin { get; init; }

    /// <summary>By IAMAT, and so taken only if its time is larger; not by AT.</summary>
    public bool IsFromClient { get; init; }
}
