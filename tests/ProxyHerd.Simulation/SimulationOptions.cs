using ProxyHerd.Simulation.Mixes;

namespace ProxyHerd.Simulation;

/// <summary>What to simulate.</summary>
internal sealed record SimulationOptions
{
    public required Mix Mix { get; init; }

    /// <summary>How long things go wrong before they are healed and everything is compared.</summary>
    public TimeSpan RoundTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often that is done in one world.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>The client whose history is kept; null to keep none, empty for the herd's alone.</summary>
    public string? HistoryOf { get; init; }
}
