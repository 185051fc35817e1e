namespace ProxyHerd.Fuzz.Sessions;

/// <summary>A clock that stands until it is moved, and that then runs what is due, on the mover's thread.</summary>
internal sealed class FuzzTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<Timer> _timers = [];
    private TimeSpan _elapsed;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Timers that have not been disposed of.</summary>
    public int Timers => _timers.Count;

    /// <inheritdoc/>
    public override long GetTimestamp() => _elapsed.Ticks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Start + _elapsed;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state, period) { Due = _elapsed + dueTime };
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Moves on.</summary>
    public void Advance(TimeSpan time)
    {
        _elapsed += time;
        for (var i = _timers.Count - 1; i >= 0; i--)
        {
            if (i < _timers.Count && _timers[i].Due <= _elapsed)
                _timers[i].Run();
        }
    }

    private sealed class Timer(FuzzTime time, TimerCallback callback, object? state, TimeSpan period) : ITimer
    {
        public TimeSpan Due { get; set; }

        public void Run()
        {
            Due = time._elapsed + period;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
