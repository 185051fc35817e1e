namespace ProxyHerd.Simulation.Worlds;

/// <summary>Where what belongs to no process goes on: the network, disks, clients and faults.</summary>
internal sealed class RootContext(World world) : SynchronizationContext
{
    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state) => world.Post(d, state, null);

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A simulation has one thread: nobody can wait for another.");
}
