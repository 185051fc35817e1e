using ProxyHerd.Herd.Commits;
using ProxyHerd.Simulation.Faults;
using ProxyHerd.Simulation.Servers;

namespace ProxyHerd.Simulation.Mixes;

/// <summary>The mixes that the command knows by name.</summary>
internal static class KnownMixes
{
    public static readonly (FaultKind, int)[] OfTheNetwork =
    [
        (FaultKind.Cut, 25),
        (FaultKind.ClientCut, 12),
        (FaultKind.Delay, 12),
        (FaultKind.Stall, 12),
        (FaultKind.HalfOpen, 3),
        (FaultKind.Partition, 6),
        (FaultKind.Pause, 4),
        (FaultKind.Clock, 6),
        (FaultKind.SlowSync, 8),
    ];

    public static readonly (FaultKind, int)[] OfServers =
    [
        (FaultKind.Restart, 3),
        (FaultKind.Kill, 8),
        (FaultKind.PowerLoss, 8),
        (FaultKind.PowerLossOfAll, 2),
        (FaultKind.FailedSync, 3),
        (FaultKind.ClockAt1970, 1),
        (FaultKind.Clone, 1),
    ];

    /// <summary>Nothing dies: what is wrong with the network, clocks and the disks' speed.</summary>
    public static Mix Network { get; } = new()
    {
        Name = "network",
        // A clock further behind than the gate allows makes its server refuse what others took, which repair alone mends.
        Faults = new FaultSettings { Weights = OfTheNetwork, ClockBehindMax = TimeSpan.FromMinutes(9) },
    };

    /// <summary>Servers die and disks lose what was not synced.</summary>
    public static Mix Main { get; } = new()
    {
        Name = "main",
        Faults = new FaultSettings { Weights = [.. OfTheNetwork, .. OfServers] },
    };

    /// <summary>Disks lose all, or go back in time, or rot; an answer stands for two of them.</summary>
    public static Mix Neighbour { get; } = new()
    {
        Name = "neighbour",
        Herd = new HerdSettings { Durabilities = [Durability.DiskAndNeighbour], CountsFrom = Durability.DiskAndNeighbour },
        Faults = new FaultSettings
        {
            Weights = [.. OfTheNetwork, .. OfServers, (FaultKind.Wipe, 8), (FaultKind.Restore, 8), (FaultKind.Rot, 8)],
        },
    };

    public static IReadOnlyList<Mix> All { get; } = [Main, Neighbour, Network];
}
