using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Servers;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Faults;

/// <summary>What goes wrong between machines.</summary>
internal sealed class NetworkFaults(SimulatedHerd herd, SeededRandom random)
{
    /// <summary>Ends a connection. It counts at once: somebody was connected, and has to connect anew.</summary>
    public void Cut(Fault fault, bool ofClient)
    {
        if (Pick(ofClient) is not { } connection)
            return;
        Note(connection, "is cut");
        connection.Cut(asEnd: random.Chance(0.5));
        fault.TookEffect();
    }

    public void Delay(Fault fault)
    {
        if (Pick(ofClient: random.Chance(0.2)) is not { } connection)
            return;
        var delay = random.BetweenByMagnitude(TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(1));
        var time = random.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));
        connection.Forth.Delay(delay, time, fault);
        connection.Back.Delay(delay, time, fault);
    }

    public void Stall(Fault fault)
    {
        if (Pick(ofClient: random.Chance(0.2)) is not { } connection)
            return;
        var time = random.BetweenByMagnitude(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(12));
        Note(connection, $"stalls for {time}");
        var which = random.Below(3);
        if (which != 1)
            connection.Forth.Hold(time, fault);
        if (which != 0)
            connection.Back.Hold(time, fault);
    }

    public void HalfOpen(Fault fault)
    {
        if (Pick(ofClient: random.Chance(0.2)) is not { } connection)
            return;
        Note(connection, "is half open");
        var which = random.Below(3);
        if (which != 1)
            connection.Forth.Void(fault);
        if (which != 0)
            connection.Back.Void(fault);
    }

    public void Part(Fault fault)
    {
        var all = (1u << herd.Machines.Count) - 1;
        var one = (uint)random.Next() & all;
        if (one == 0 || one == all || herd.Network.Partitions.Count > 1)
            return;
        var partition = new Partition(one, all & ~one, random.Chance(0.2), fault);
        herd.Network.Add(partition);
        var time = random.BetweenByMagnitude(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(20));
        if (herd.World.History.IsOn)
            herd.World.History.Note($"{Names(one)} and {Names(~one)} cannot reach each other for {time}");
        herd.World.Schedule(time, () => herd.Network.Remove(partition));
    }

    private string Names(uint set) => string.Join(", ", herd.Machines.Where(machine => (set >> machine.Index & 1) != 0).Select(machine => machine.Name));

    private void Note(Connection connection, string what)
    {
        if (herd.World.History.IsOn && connection.Dialler.Host != SimulatedNetwork.Outside)
            herd.World.History.Note($"the link from {herd.Machines[connection.Dialler.Host].Name} to {herd.Machines[connection.Listener.Host].Name} {what}");
    }

    /// <summary>Any connection that both ends believe in.</summary>
    private Connection? Pick(bool ofClient)
    {
        var connections = herd.Network.Connections
            .Where(connection => connection.IsOpen && (connection.Dialler.Host == SimulatedNetwork.Outside) == ofClient)
            .ToList();
        return connections.Count == 0 ? null : random.Pick(connections);
    }
}
