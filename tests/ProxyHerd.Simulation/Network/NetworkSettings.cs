namespace ProxyHerd.Simulation.Network;

/// <summary>How the network is when nothing is wrong with it.</summary>
internal sealed record NetworkSettings
{
    /// <summary>The shortest way between two machines.</summary>
    public TimeSpan LatencyMin { get; init; } = TimeSpan.FromMilliseconds(0.05);

    /// <summary>The longest.</summary>
    public TimeSpan LatencyMax { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Latencies are whole steps of this, so that things happen at exactly one time.</summary>
    public TimeSpan LatencyStep { get; init; } = TimeSpan.FromTicks(1);

    /// <summary>How often what is sent at once arrives in pieces.</summary>
    public double PieceChance { get; init; } = 0.1;

    /// <summary>Bytes in flight beyond which a sender waits.</summary>
    public int WindowBytes { get; init; } = 64 << 10;
}
