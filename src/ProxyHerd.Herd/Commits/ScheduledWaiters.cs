using System.IO.Pipelines;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace ProxyHerd.Herd.Commits;

/// <summary>
/// Those who wait for one commit and go on on one scheduler. They are handed to it at once, where a task would hand over
/// one after another, and run one behind the other.
/// </summary>
/// <remarks>Async methods alone await it: they bring their execution context themselves.</remarks>
internal sealed class ScheduledWaiters(PipeScheduler scheduler) : IValueTaskSource
{
    private readonly Lock _lock = new();
    private readonly List<(Action<object?> Continue, object? State)> _waiting = [];
    private ExceptionDispatchInfo? _fault;
    private bool _isOver;

    /// <summary>Where they go on.</summary>
    public PipeScheduler Scheduler => scheduler;

    /// <summary>What each of them awaits, once.</summary>
    public ValueTask Task => new(this, 0);

    /// <summary>Lets them go on.</summary>
    /// <param name="fault">What they are to hear instead.</param>
    public void End(IOException? fault)
    {
        lock (_lock)
        {
            _fault = fault is null ? null : ExceptionDispatchInfo.Capture(fault);
            _isOver = true;
        }

        scheduler.Schedule(static waiters => ((ScheduledWaiters)waiters!).Run(), this);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token)
    {
        lock (_lock)
        {
            if (!_isOver)
                return ValueTaskSourceStatus.Pending;
            return _fault is null ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Faulted;
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        lock (_lock)
        {
            if (!_isOver)
                throw new InvalidOperationException("The commit is not over.");
            _fault?.Throw();
        }
    }

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                _waiting.Add((continuation, state));
                return;
            }
        }

        scheduler.Schedule(continuation, state);
    }

    /// <summary>Nobody is added once it is over.</summary>
    private void Run()
    {
        foreach (var (goOn, state) in _waiting)
            goOn(state);
    }
}
