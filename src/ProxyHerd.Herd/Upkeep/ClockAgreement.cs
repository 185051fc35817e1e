namespace ProxyHerd.Herd.Upkeep;

/// <summary>
/// For how long this server's clock has agreed with a neighbour's. Only a clock that has may judge that a stored line's time
/// is impossible: a host may boot in 1970, or jump there.
/// </summary>
internal sealed class ClockAgreement(TimeProvider time)
{
    /// <summary>How far apart two clocks may be and still agree.</summary>
    public static readonly TimeSpan DifferenceMax = TimeSpan.FromMinutes(1);

    /// <summary>An agreement ends if it is not heard again for three pings.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private long _sinceTimestamp;
    private long _sinceNanoseconds;
    private long _lastTimestamp;
    private bool _isAgreed;

    /// <summary>A neighbour has told its clock.</summary>
    /// <param name="theirs">In nanoseconds since 1970.</param>
    /// <param name="ours">In nanoseconds since 1970.</param>
    public void Heard(long theirs, long ours)
    {
        if (Math.Abs(theirs - ours) > NanosecondsOf(DifferenceMax))
            return;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (!HoldsAt(now, ours))
                (_sinceTimestamp, _sinceNanoseconds) = (now, ours);
            _isAgreed = true;
            _lastTimestamp = now;
        }
    }

    /// <summary>Whether the clocks have agreed all the time for so long, and this one has not jumped meanwhile.</summary>
    /// <param name="ours">This server's clock now, in nanoseconds since 1970.</param>
    /// <param name="duration">For how long.</param>
    public bool HasLasted(long ours, TimeSpan duration)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            return HoldsAt(now, ours) && time.GetElapsedTime(_sinceTimestamp, now) >= duration;
        }
    }

    private bool HoldsAt(long now, long ours)
    {
        if (!_isAgreed || time.GetElapsedTime(_lastTimestamp, now) > SilenceMax)
            return false;
        var wentOn = ours - _sinceNanoseconds - NanosecondsOf(time.GetElapsedTime(_sinceTimestamp, now));
        return Math.Abs(wentOn) <= NanosecondsOf(DifferenceMax);
    }

    private static long NanosecondsOf(TimeSpan duration) => duration.Ticks * TimeSpan.NanosecondsPerTick;
}
