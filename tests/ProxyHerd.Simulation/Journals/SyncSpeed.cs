using ProxyHerd.Simulation.Faults;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Journals;

/// <summary>How long a machine's disk takes for a sync, and whether the next one fails.</summary>
internal sealed class SyncSpeed(World world, SeededRandom random)
{
    private TimeSpan _slowMin;
    private TimeSpan _slowMax;
    private long _slowUntil;
    private long _slowSyncEnd;
    private Fault? _slow;
    private Fault? _failure;

    /// <summary>A sync of an ordinary day.</summary>
    public TimeSpan Min { get; set; } = TimeSpan.FromMilliseconds(0.1);

    public TimeSpan Max { get; set; } = TimeSpan.FromMilliseconds(3);

    /// <summary>Whether a sync may still be running that began while syncs took long.</summary>
    public bool IsSlow => world.NowTicks < _slowSyncEnd;

    public void SlowDown(TimeSpan min, TimeSpan max, TimeSpan time, Fault fault)
    {
        (_slowMin, _slowMax, _slow) = (min, max, fault);
        _slowUntil = world.NowTicks + time.Ticks;
    }

    public void FailNext(Fault fault) => _failure = fault;

    public void Heal()
    {
        _slowUntil = 0;
        _failure = null;
    }

    public TimeSpan Next()
    {
        if (world.NowTicks >= _slowUntil)
            return random.BetweenByMagnitude(Min, Max);
        _slow!.TookEffect();
        var time = random.BetweenByMagnitude(_slowMin, _slowMax);
        _slowSyncEnd = Math.Max(_slowSyncEnd, world.NowTicks + time.Ticks);
        return time;
    }

    public bool Fails()
    {
        if (_failure is null)
            return false;
        _failure.TookEffect();
        _failure = null;
        return true;
    }
}
