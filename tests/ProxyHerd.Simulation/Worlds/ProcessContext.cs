namespace ProxyHerd.Simulation.Worlds;

/// <summary>
/// Where the code of one run of one server goes on after each await. A process that was killed runs nothing more:
/// whatever still is posted here, and every timer that it had, comes to nothing.
/// </summary>
internal sealed class ProcessContext(World world) : SynchronizationContext
{
    private readonly List<(SendOrPostCallback Callback, object? State)> _heldUp = [];

    public bool IsDead { get; private set; }

    /// <summary>It stands still, as under SIGSTOP or a long collection, and goes on where it was.</summary>
    public bool IsPaused { get; private set; }

    public void Kill()
    {
        IsDead = true;
        _heldUp.Clear();
    }

    public void Pause() => IsPaused = true;

    public void Resume()
    {
        if (!IsPaused)
            return;
        IsPaused = false;
        foreach (var (callback, state) in _heldUp)
            Post(callback, state);
        _heldUp.Clear();
    }

    public void HoldUp(SendOrPostCallback callback, object? state) => _heldUp.Add((callback, state));

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (!IsDead)
            world.Post(d, state, this);
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A simulation has one thread: nobody can wait for another.");
}
