namespace ProxyHerd.Herd.Topology;

/// <summary>How links are dialled over TLS (<c>Herd:Tls</c>).</summary>
public sealed class TlsOptions
{
    /// <summary>File of the certificate authority.</summary>
    public string? Ca { get; set; }

    /// <summary>File of this server's certificate.</summary>
    public string? Certificate { get; set; }

    /// <summary>File of its key.</summary>
    public string? Key { get; set; }
}
