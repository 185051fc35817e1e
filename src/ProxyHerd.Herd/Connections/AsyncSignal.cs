using System.Threading.Tasks.Sources;

namespace ProxyHerd.Herd.Connections;

/// <summary>An auto-reset event that one task awaits and anyone sets; setting it twice is setting it once.</summary>
/// <remarks>Waiting and setting allocate nothing. The waiter is resumed on its own context, never on the setter's stack.</remarks>
internal sealed class AsyncSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int IsSet = 1;
    private const int IsAwaited = 2;

    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    /// <summary>Wakes the waiter, or lets the next wait complete at once.</summary>
    public void Set()
    {
        // Without a look at the state first: the exchange also makes visible what the setter has written before.
        if (Interlocked.Exchange(ref _state, IsSet) == IsAwaited)
        {
            Interlocked.Exchange(ref _state, Idle);
            _source.SetResult(true);
        }
    }

    /// <summary>Completes when the signal is or has been set, and resets it. One wait at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, IsSet) == IsSet)
            return ValueTask.CompletedTask;
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, IsAwaited, Idle) == Idle)
            return new ValueTask(this, _source.Version);
        Interlocked.Exchange(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
