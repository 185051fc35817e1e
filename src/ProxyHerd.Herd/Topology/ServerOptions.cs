namespace ProxyHerd.Herd.Topology;

/// <summary>One server of the herd (<c>Herd:Servers:NAME</c>).</summary>
public sealed class ServerOptions
{
    /// <summary>The host name or address by which its neighbours dial it.</summary>
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The TCP port for clients, and for links too unless <see cref="LinkPort"/> is set; 0 for any that is free.</summary>
    public int? Port { get; set; }

    /// <summary>The TCP port for HERD lines and plain AT lines alone; null to take them on <see cref="Port"/>.</summary>
    public int? LinkPort { get; set; }

    /// <summary>The TCP port for health, metrics and the herd's state; 0 for any that is free.</summary>
    public int? HttpPort { get; set; }

    /// <summary>The servers that this one floods to. Each of them names this one too.</summary>
    public IList<string> Neighbours { get; set; } = [];

    /// <summary>The port that neighbours dial.</summary>
    public int DialledPort => LinkPort ?? Port ?? 0;
}
