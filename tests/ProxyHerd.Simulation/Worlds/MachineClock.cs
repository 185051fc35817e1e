namespace ProxyHerd.Simulation.Worlds;

/// <summary>The wall clock of one machine: it may be set wrong, run too fast or slow, and jump.</summary>
internal sealed class MachineClock(World world)
{
    /// <summary>The true time when every world begins: 2014-05-22 21:38:19.5009078.</summary>
    public static readonly DateTimeOffset WorldStart = DateTimeOffset.UnixEpoch.AddTicks(14_007_946_995_009_078);

    private TimeSpan _offset;
    private double _rate = 1;
    private long _setAt;

    public static DateTimeOffset TrueTime(World world) => WorldStart + world.Now;

    /// <summary>How far it is off just now.</summary>
    public TimeSpan Offset => _offset + ((_rate - 1) * TimeSpan.FromTicks(world.NowTicks - _setAt));

    public void Set(TimeSpan offset, double rate)
    {
        _offset = offset;
        _rate = rate;
        _setAt = world.NowTicks;
    }

    public DateTimeOffset Read()
    {
        var now = TrueTime(world) + Offset;
        return now < DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : now;
    }
}
