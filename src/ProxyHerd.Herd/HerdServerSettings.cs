using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Topology;

namespace ProxyHerd.Herd;

/// <summary>What one server of the herd is to be.</summary>
public sealed record HerdServerSettings
{
    /// <summary>Its name, one of <see cref="HerdOptions.Servers"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The herd; free of mistakes (<see cref="TopologyValidator"/>).</summary>
    public required HerdOptions Herd { get; init; }

    /// <summary>What it proves to neighbours that it knows; empty to take HERD lines from this machine alone.</summary>
    public ReadOnlyMemory<byte> Secret { get; init; }

    /// <summary>What its store refuses.</summary>
    public LocationLimits LocationLimits { get; init; } = new();

    /// <summary>What one connection may take.</summary>
    public ConnectionLimits ConnectionLimits { get; init; } = new();

    /// <summary>Parts of its store with a lock of their own, a power of two.</summary>
    public int Shards { get; init; } = LocationStore.ShardsForThisMachine;

    /// <summary>Numbers that a neighbour can be behind before the store is scanned for it, a power of two.</summary>
    public int FeedNumbersMax { get; init; } = Feed.NumbersMax;

    /// <summary>What the simulator makes wrong.</summary>
    internal Mistakes Mistakes { get; init; }

    /// <summary>The least time between two flushes of updates to a neighbour.</summary>
    public TimeSpan LinkPace { get; init; } = LinkTimes.Pace;
}
