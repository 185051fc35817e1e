namespace ProxyHerd.Herd.Flooding;

/// <summary>
/// A feature of connections that came over TLS: the peer has shown a certificate of the herd's authority. What it says of
/// itself must agree with that.
/// </summary>
public interface IPeerCertificate
{
    /// <summary>The servers that the certificate is for, as it names them.</summary>
    IReadOnlyList<string> Names { get; }
}
