using ProxyHerd.Herd.Flooding;

namespace ProxyHerd.Server.Tls;

/// <inheritdoc cref="IPeerCertificate"/>
internal sealed record PeerCertificate(IReadOnlyList<string> Names) : IPeerCertificate;
