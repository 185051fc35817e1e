namespace ProxyHerd.Simulation.Faults;

/// <summary>What goes wrong, how often and how far.</summary>
internal sealed record FaultSettings
{
    /// <summary>Between two faults, on average.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(0.27);

    /// <summary>How often each kind is chosen, against the others.</summary>
    public IReadOnlyList<(FaultKind Kind, int Weight)> Weights { get; init; } = [];

    /// <summary>Between two faults of a disk's content, at least.</summary>
    public TimeSpan DiskFaultEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often all machines lose power at the moment when a disk's content is lost.</summary>
    public double DiskFaultTakesAll { get; init; } = 0.2;

    /// <summary>Lines of a disk whose bits flip at once, at most.</summary>
    public int RottenLinesMax { get; init; } = 20;

    /// <summary>How long a server is down.</summary>
    public TimeSpan DownMax { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How far a clock may run ahead. Clients run at most 50 minutes or at least 4 hours ahead, so that with the gate of one
    /// hour no server takes what another refuses, but one that runs behind.
    /// </summary>
    public TimeSpan ClockAheadMax { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How far a clock may fall behind.</summary>
    public TimeSpan ClockBehindMax { get; init; } = TimeSpan.FromHours(3);

    /// <summary>The longest stop of a disk.</summary>
    public TimeSpan SlowSyncMax { get; init; } = TimeSpan.FromSeconds(4);
}
