namespace ProxyHerd.Herd.Feeds;

/// <summary>
/// When the feed's numbers were given: to a hundredth of a second for the last moments, ever more roughly before, and never
/// more than a tenth of the time that has passed. So a neighbour's lag can be told in seconds, however long it was away.
/// </summary>
/// <remarks>
/// Rings of moments, each noting four times less often than the one before it: nine of them reach back half a day in 9 kB.
/// One writer, the committer; any thread may ask.
/// </remarks>
internal sealed class HeadTimes
{
    private const int Rings = 9;
    private const int RingLength = 64;
    private const int Coarser = 4;
    private static readonly TimeSpan Finest = TimeSpan.FromMilliseconds(10);

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Moment[] _moments = new Moment[Rings * RingLength];
    private readonly long[] _counts = new long[Rings];
    private readonly long _step;
    private long _last;

    /// <param name="time">The clock.</param>
    public HeadTimes(TimeProvider time)
    {
        _time = time;
        _step = (long)(Finest.TotalSeconds * time.TimestampFrequency);
        _last = time.GetTimestamp();
        for (var ring = 0; ring < Rings; ring++)
        {
            _counts[ring] = 1;
            _moments[Index(ring, 1)] = new Moment(0, _last);
        }
    }

    /// <summary>Notes that a number is given now, and with it those after it.</summary>
    public void Note(long sequence)
    {
        var now = _time.GetTimestamp();
        if (now - _last < _step)
            return;
        _last = now;
        lock (_lock)
        {
            for (var (ring, step) = (0, _step); ring < Rings; ring++, step *= Coarser)
            {
                if (now - _moments[Index(ring, 1)].Timestamp < step)
                    return;
                _counts[ring]++;
                _moments[Index(ring, 1)] = new Moment(sequence, now);
            }
        }
    }

    /// <summary>How long ago a number was given; of one from before the start, or before all that is known, as long as is known.</summary>
    public TimeSpan AgeOf(long sequence)
    {
        lock (_lock)
        {
            for (var ring = 0; ring < Rings; ring++)
            {
                for (var back = 1; back <= Math.Min(_counts[ring], RingLength); back++)
                {
                    var moment = _moments[Index(ring, back)];
                    if (moment.Sequence <= sequence)
                        return _time.GetElapsedTime(moment.Timestamp);
                }
            }

            return _time.GetElapsedTime(_moments[Index(Rings - 1, Math.Min(_counts[Rings - 1], RingLength))].Timestamp);
        }
    }

    /// <summary>Where a ring's last moment stands (1), or the one before it (2), and so on.</summary>
    private int Index(int ring, long back) => (ring * RingLength) + (int)((_counts[ring] - back) % RingLength);

    /// <param name="Sequence">The first number that was given then.</param>
    /// <param name="Timestamp">When.</param>
    private readonly record struct Moment(long Sequence, long Timestamp);
}
