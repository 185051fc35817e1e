namespace ProxyHerd.Simulation.Oracle;

/// <summary>What one client was promised.</summary>
internal sealed class ClientRecord(string client)
{
    public string Client { get; } = client;

    /// <summary>Times and positions that were sent for it, as they stand in a line.</summary>
    public HashSet<string> Sent { get; } = [];

    /// <summary>The newest line that an answer showed and that was committed; null if none.</summary>
    public byte[]? Line { get; set; }

    /// <summary>The largest time that was answered, in nanoseconds since 1970.</summary>
    public long Time { get; set; }
}
