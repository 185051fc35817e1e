using ProxyHerd.Herd;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Simulation.Servers;

/// <summary>What a simulated herd is.</summary>
internal sealed record HerdSettings
{
    public int Servers { get; init; } = 5;

    /// <summary>The durability of each server, by its index; used again from the start if there are more servers.</summary>
    public IReadOnlyList<Durability> Durabilities { get; init; } = [Durability.Disk];

    /// <summary>Answers of servers that promise less acknowledge nothing.</summary>
    public Durability CountsFrom { get; init; } = Durability.Disk;

    public int Shards { get; init; } = 2;

    /// <summary>Numbers that a neighbour can be behind before the store is scanned for it: each process has one of these.</summary>
    public IReadOnlyList<int> FeedNumbersMax { get; init; } = [Feed.NumbersMax, 64];

    public LocationLimits Limits { get; init; } = new();

    /// <summary>What is made wrong, to see that it is found.</summary>
    public Mistakes Mistakes { get; init; }

    /// <summary>A sync of an ordinary day takes at least this.</summary>
    public TimeSpan SyncMin { get; init; } = TimeSpan.FromMilliseconds(0.1);

    /// <summary>And at most this.</summary>
    public TimeSpan SyncMax { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How far ordinary clocks are off.</summary>
    public TimeSpan ClockErrorMax { get; init; } = TimeSpan.FromMilliseconds(50);

    public Durability DurabilityOf(int index) => Durabilities[index % Durabilities.Count];
}
