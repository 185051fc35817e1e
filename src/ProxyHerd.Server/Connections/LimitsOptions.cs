using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Server.Connections;

/// <summary>What a server takes at the most (<c>Limits</c>).</summary>
internal sealed class LimitsOptions
{
    /// <summary>Longest line of a client, in bytes.</summary>
    public int LineBytesMax { get; set; } = new ConnectionLimits().LineBytesMax;

    /// <summary>Clients' connections at once: each takes some 5 kB while it is idle.</summary>
    public int ConnectionsMax { get; set; } = 10_000;

    /// <summary>
    /// Connections at once from one address, so that one machine cannot take all. Behind a proxy or a published container
    /// port all clients have one address; raise it there.
    /// </summary>
    public int ConnectionsPerAddressMax { get; set; } = 1_000;

    /// <summary>Clients that IAMAT may create.</summary>
    public int ClientsMax { get; set; } = new LocationLimits().ClientsMax;

    /// <summary>How far a client's clock may run ahead of the server's.</summary>
    public TimeSpan ClockAheadMax { get; set; } = new LocationLimits().ClockAheadMax;
}
