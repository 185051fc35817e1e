namespace ProxyHerd.Simulation.Clients;

/// <summary>A client of the herd, whose positions programs send.</summary>
internal sealed class SimulatedClient(string id, TimeSpan clockOffset)
{
    public string Id { get; } = id;

    public TimeSpan ClockOffset { get; } = clockOffset;

    /// <summary>In nanoseconds since 1970; 0 before the first.</summary>
    public long LastTime { get; set; }
}
