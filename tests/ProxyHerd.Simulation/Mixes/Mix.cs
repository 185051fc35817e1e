using ProxyHerd.Herd;
using ProxyHerd.Simulation.Clients;
using ProxyHerd.Simulation.Faults;
using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Servers;

namespace ProxyHerd.Simulation.Mixes;

/// <summary>What a world is made of.</summary>
internal sealed record Mix
{
    public required string Name { get; init; }

    public HerdSettings Herd { get; init; } = new();

    public NetworkSettings Network { get; init; } = new();

    public TrafficSettings Traffic { get; init; } = new();

    public FaultSettings Faults { get; init; } = new();

    /// <summary>The same with mistakes in the servers' code.</summary>
    public Mix With(Mistakes mistakes) => this with { Herd = Herd with { Mistakes = mistakes } };
}
