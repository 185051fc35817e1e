namespace ProxyHerd.Herd.Topology;

/// <summary>
/// The files, in PEM, with which links speak TLS (<c>Herd:Tls</c>): all three, or none for links in plain text. Servers show
/// each other certificates of one authority, each for its own name.
/// </summary>
/// <remarks>Paths may hold <c>{name}</c>, which stands for the server's name, so that one file of configuration does for all.</remarks>
public sealed class TlsOptions
{
    private const string NamePlaceholder = "{name}";

    /// <summary>File of the certificate authority, or of several while one takes another's place.</summary>
    public string? Ca { get; set; }

    /// <summary>File of this server's certificate, whose DNS name is the server's; intermediate ones may stand behind it.</summary>
    public string? Certificate { get; set; }

    /// <summary>File of its key.</summary>
    public string? Key { get; set; }

    /// <summary>Whether links speak TLS.</summary>
    public bool IsOn => !string.IsNullOrEmpty(Ca) && !string.IsNullOrEmpty(Certificate) && !string.IsNullOrEmpty(Key);

    /// <summary>The same for one server, with its name in the paths; only if <see cref="IsOn"/>.</summary>
    public (string Ca, string Certificate, string Key) For(string server) => (Of(Ca!, server), Of(Certificate!, server), Of(Key!, server));

    private static string Of(string path, string server) => path.Replace(NamePlaceholder, server, StringComparison.Ordinal);
}
