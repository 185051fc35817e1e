namespace ProxyHerd.Herd.Connections;

/// <summary>What a port is for.</summary>
public enum ConnectionKind
{
    /// <summary>Clients and links, where a server has no port for links alone.</summary>
    All,

    /// <summary>Clients; links have a port of their own.</summary>
    Clients,

    /// <summary>HERD lines and AT lines of plain neighbours.</summary>
    Links,
}
