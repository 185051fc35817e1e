using System.Net;

namespace ProxyHerd.Herd.Flooding;

/// <summary>Where a neighbour is dialled, and who is expected to answer there.</summary>
/// <param name="name">The neighbour's name: over TLS, its certificate must be for this one.</param>
/// <param name="host">Its host name or address.</param>
/// <param name="port">Its port for links.</param>
public sealed class NeighbourEndPoint(string name, string host, int port) : DnsEndPoint(host, port)
{
    /// <summary>The neighbour's name.</summary>
    public string Name { get; } = name;
}
