using System.Net;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Herd.Requests;

/// <summary>What is known of a connection that requests come from.</summary>
/// <param name="Peer">Its remote end, for logs.</param>
/// <param name="Address">Its remote address, if it has one.</param>
/// <param name="Kind">What its port is for.</param>
/// <param name="IsPlainNeighbour">Whether it comes from the host of a neighbour that knows AT lines alone.</param>
/// <param name="PlainOrigin">Which neighbour that is; 0 if several share the host, so that its updates go to all of them.</param>
/// <param name="MayBeNeighbour">Whether HERD lines are taken from there.</param>
internal sealed record RequestSource(
    string Peer, IPAddress? Address, ConnectionKind Kind, bool IsPlainNeighbour, int PlainOrigin, bool MayBeNeighbour);
