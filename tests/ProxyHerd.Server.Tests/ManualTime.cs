namespace ProxyHerd.Server.Tests;

/// <summary>The system's clock, which a test may put forward. Timers stay the system's.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ahead;

    /// <summary>Puts it forward.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);
}
