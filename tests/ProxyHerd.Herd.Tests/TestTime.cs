using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace ProxyHerd.Herd.Tests;

/// <summary>A clock that the test moves, and that tells which timers were asked for, so that the test moves it no sooner.</summary>
internal sealed class TestTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly ConcurrentQueue<TimeSpan> _dues = new();

    public TestTime()
        : this(TestStore.Start)
    {
    }

    /// <summary>How far the wall clock has been set off the time that timers go by.</summary>
    public TimeSpan Jump { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _dues.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Timers asked for so far with such a wait.</summary>
    public int Count(TimeSpan due) => _dues.Count(other => other == due);

    /// <summary>All waits asked for so far.</summary>
    public IReadOnlyList<TimeSpan> Dues => [.. _dues];

    public Task UntilTimer(TimeSpan due, int count = 1) =>
        Deadline.Until(() => Count(due) >= count, () => $"for timer {count} of {due}; so far {string.Join(", ", _dues)}");
}
