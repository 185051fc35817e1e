using ProxyHerd.Simulation.Faults;

namespace ProxyHerd.Simulation.Network;

/// <summary>Two sets of machines between which nothing passes; or nothing in one direction.</summary>
/// <param name="One">Bits of the machines on one side.</param>
/// <param name="Other">Bits of those on the other.</param>
/// <param name="IsOneWay">Only what goes from one to the other is kept.</param>
/// <param name="Fault">What it counts as.</param>
internal sealed record Partition(uint One, uint Other, bool IsOneWay, Fault Fault)
{
    public bool Keeps(int from, int to) => Is(One, from) && Is(Other, to) || (!IsOneWay && Is(One, to) && Is(Other, from));

    private static bool Is(uint set, int machine) => (set >> machine & 1) != 0;
}
