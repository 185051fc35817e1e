namespace ProxyHerd.Herd.Topology;

/// <summary>The herd and this server's part in it (<c>Herd</c>).</summary>
public sealed class HerdOptions
{
    /// <summary>The server to run; null to run all of them in one process.</summary>
    public string? Name { get; set; }

    /// <summary>The address to bind.</summary>
    public string Listen { get; set; } = "127.0.0.1";

    /// <summary>What servers prove to each other that they know; null to talk to servers on this machine alone.</summary>
    public string? Secret { get; set; }

    /// <summary>A file that holds the secret, instead of <see cref="Secret"/>; white space at its end is ignored.</summary>
    public string? SecretFile { get; set; }

    /// <summary>
    /// Whether a neighbour that was away is sent what it missed. False is the behaviour of the original prototype.
    /// </summary>
    public bool CatchUp { get; set; } = true;

    /// <summary>Names of servers that know AT lines alone.</summary>
    public IList<string> PlainNeighbours { get; set; } = [];

    /// <summary>The certificates of links over TLS; without them links are plain text.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>Every server by its name.</summary>
    public IDictionary<string, ServerOptions> Servers { get; set; } = new Dictionary<string, ServerOptions>(StringComparer.Ordinal);
}
