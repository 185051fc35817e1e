using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ProxyHerd.Server.Connections;

/// <summary>Where a server really listens: a port of 0 becomes one that was free.</summary>
internal sealed class BoundPorts
{
    /// <summary>For clients.</summary>
    public ListenOptions? Lines { get; set; }

    /// <summary>For links, where they have a port of their own.</summary>
    public ListenOptions? Links { get; set; }

    /// <summary>For health, metrics and the herd's state.</summary>
    public ListenOptions? Http { get; set; }

    /// <summary>The port of an endpoint, once it is bound.</summary>
    public static int PortOf(ListenOptions? endpoint) => (endpoint?.EndPoint as IPEndPoint)?.Port ?? 0;
}
