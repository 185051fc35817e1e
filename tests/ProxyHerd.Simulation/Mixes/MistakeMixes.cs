using ProxyHerd.Herd;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Simulation.Clients;
using ProxyHerd.Simulation.Faults;
using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Servers;

namespace ProxyHerd.Simulation.Mixes;

/// <summary>
/// For each mistake the mix, keys and sync times that expose it, with repair off, since that mends most of what mistakes do.
/// Without the mistake the same mix finds nothing.
/// </summary>
internal static class MistakeMixes
{
    private static readonly (FaultKind, int)[] Deaths = [(FaultKind.Kill, 4), (FaultKind.PowerLoss, 12), (FaultKind.PowerLossOfAll, 4), (FaultKind.Cut, 8), (FaultKind.ClientCut, 4)];

    /// <summary>Syncs that take as long as several updates of a hot client are apart, and machines that die meanwhile.</summary>
    private static readonly Mix SlowDisks = new()
    {
        Name = "slow disks",
        Herd = new HerdSettings { SyncMin = TimeSpan.FromMilliseconds(50), SyncMax = TimeSpan.FromSeconds(1.5) },
        Traffic = new TrafficSettings { HotClients = 10, OldShare = 0.15, TwinShare = 0.2, SecondShare = 0.5, RetryShare = 0.2 },
        Faults = new FaultSettings { Every = TimeSpan.FromSeconds(0.6), Weights = Deaths },
    };

    /// <summary>An answer stands for two disks, of which one is lost while all the others lose what they had not synced.</summary>
    private static readonly Mix LostDisks = new()
    {
        Name = "lost disks",
        Herd = new HerdSettings
        {
            Durabilities = [Durability.DiskAndNeighbour],
            CountsFrom = Durability.DiskAndNeighbour,
            SyncMin = TimeSpan.FromMilliseconds(1),
            SyncMax = TimeSpan.FromSeconds(0.5),
        },
        Traffic = new TrafficSettings { ColdShare = 0.8 },
        Faults = new FaultSettings
        {
            Weights = [.. Deaths, (FaultKind.Wipe, 20)],
            DiskFaultTakesAll = 0.7,
            DownMax = TimeSpan.FromSeconds(2),
        },
    };

    /// <summary>The mix in which a mistake shows.</summary>
    public static Mix Of(Mistakes mistake) => mistake switch
    {
        Mistakes.NoTieBreak => Main,
        Mistakes.AnsweredThoughSuperseded => SlowDisks with
        {
            Traffic = new TrafficSettings { BurstMax = 1, BurstEvery = TimeSpan.FromSeconds(0.15), HotClients = 4, ColdShare = 0.1, QuestionShare = 0, RetryShare = 0 },
        },
        Mistakes.FeedMovedAtAccept or Mistakes.NoWaitWithoutUpdate
            or Mistakes.FloodedBeforeSync or Mistakes.PositionBeforeUpdates => SlowDisks,
        Mistakes.NoBootList => LostDisks with
        {
            Herd = LostDisks.Herd with { Servers = 2 },
            Traffic = LostDisks.Traffic with { ColdShare = 0.3 },
            Faults = LostDisks.Faults with { DiskFaultTakesAll = 1, DownMax = TimeSpan.FromSeconds(20) },
        },
        Mistakes.HelloWithoutBoot or Mistakes.AckBeforeSync => LostDisks,
        Mistakes.NumbersGivenAnew => Main,
        Mistakes.ExpiryByReceiveTime => Expiry,
        Mistakes.MarkDuringScan => Scans,
        Mistakes.MarkAckedAfterRefusal => Main,
        Mistakes.HaveCheckedByBootOnly => EverySecond,
        Mistakes.MemoryAckCounted => MemoryNeighbours,
        Mistakes.NoRepair => KnownMixes.Neighbour,
        _ => throw new ArgumentOutOfRangeException(nameof(mistake), mistake, "It is not one mistake."),
    };

    private static Mix Main => KnownMixes.Main;

    private static Mix Expiry => new()
    {
        Name = "expiry",
        Herd = new HerdSettings { Limits = new LocationLimits { ExpireAfter = TimeSpan.FromMinutes(2) } },
        Traffic = new TrafficSettings { WrongClockShare = 0.6 },
        Faults = new FaultSettings
        {
            Weights = [(FaultKind.Clock, 10), (FaultKind.Cut, 10), (FaultKind.Kill, 3)],
            ClockAheadMax = TimeSpan.FromMinutes(3),
            ClockBehindMax = TimeSpan.FromMinutes(3),
        },
    };

    /// <summary>A server that keeps nothing and comes back, so that everything is scanned for it, over a link that is slow and cut.</summary>
    private static Mix Scans => new()
    {
        Name = "scans",
        Herd = new HerdSettings
        {
            Servers = 2,
            Durabilities = [Durability.Disk, Durability.Memory],
            FeedNumbersMax = [16],
        },
        Network = new NetworkSettings { LatencyMin = TimeSpan.FromMilliseconds(20), LatencyMax = TimeSpan.FromMilliseconds(100), WindowBytes = 4096 },
        Traffic = new TrafficSettings { ColdShare = 0.95, BurstMax = 20 },
        Faults = new FaultSettings { Every = TimeSpan.FromSeconds(0.4), Weights = [(FaultKind.Cut, 20), (FaultKind.Stall, 5), (FaultKind.Delay, 5), (FaultKind.Kill, 5)] },
    };

    private static Mix EverySecond => new()
    {
        Name = "every second",
        Herd = new HerdSettings { Durabilities = [Durability.Disk, Durability.Disk, Durability.Disk, Durability.EverySecond, Durability.EverySecond] },
        Faults = new FaultSettings { Every = TimeSpan.FromSeconds(0.5), Weights = Deaths },
    };

    private static Mix MemoryNeighbours => LostDisks with
    {
        Name = "memory neighbours",
        Herd = LostDisks.Herd with
        {
            Durabilities = [Durability.DiskAndNeighbour, Durability.DiskAndNeighbour, Durability.DiskAndNeighbour, Durability.Memory, Durability.Memory],
        },
    };
}
