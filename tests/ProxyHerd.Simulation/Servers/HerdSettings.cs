using ProxyHerd.Herd.Commits;

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

    /// <summary>A sync of an ordinary day takes at least this.</summary>
    public TimeSpan SyncMin { get; init; } = TimeSpan.FromMilliseconds(0.1);

    /// <summary>And at most this.</summary>
    public TimeSpan SyncMax { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How far ordinary clocks are off.</summary>
    public TimeSpan ClockErrorMax { get; init; } = TimeSpan.FromMilliseconds(50);

    public Durability DurabilityOf(int index) => Durabilities[index % Durabilities.Count];
}
