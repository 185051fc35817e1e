using System.Net;

namespace ProxyHerd.Herd.Flooding;

/// <summary>Tells whether a connection comes from a neighbour's host.</summary>
public interface IHostLookup
{
    /// <summary>Whether a host name or address stands for a peer's address. It may ask a name server, and caches.</summary>
    ValueTask<bool> IsHostOfAsync(string host, EndPoint peer);
}
