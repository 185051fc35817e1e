namespace ProxyHerd.Simulation.Worlds;

/// <summary>Time as one process sees it: its machine's wall clock, and the world's own time for stamps and timers.</summary>
internal sealed class ProcessTime(World world, MachineClock clock, ProcessContext context) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => clock.Read();

    /// <summary>Never 0, which code may take for "not yet".</summary>
    public override long GetTimestamp() => world.NowTicks + TimeSpan.TicksPerDay;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ProcessTimer(world, context, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ProcessTimer(World world, ProcessContext context, TimerCallback callback, object? state) : ITimer
    {
        private Setting? _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _setting = null;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Arm(new Setting(this, period), dueTime);
            return true;
        }

        public void Dispose() => _setting = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(Setting setting, TimeSpan due)
        {
            _setting = setting;
            world.Schedule(due, static setting => ((Setting)setting!).Fire(), setting, context);
        }

        /// <summary>A timer that is changed or disposed forgets its setting, which then fires in vain.</summary>
        private sealed class Setting(ProcessTimer timer, TimeSpan period)
        {
            public void Fire()
            {
                if (timer._setting != this)
                    return;
                timer._setting = null;
                if (period > TimeSpan.Zero)
                    timer.Arm(this, period);
                timer.Fire();
            }
        }

        private void Fire() => callback(state);
    }
}
