using System.Threading.Tasks.Sources;

namespace ProxyHerd.Herd.Connections;

/// <summary>A connection's place in <see cref="GroupFlush"/>, used again and again; one wait at a time.</summary>
internal sealed class GroupFlushMember : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _source;

    /// <summary>Begins a wait.</summary>
    public ValueTask Begin()
    {
        _source.Reset();
        return new ValueTask(this, _source.Version);
    }

    /// <summary>Ends it: the connection flushes on the caller's thread.</summary>
    public void TakeTurn() => _source.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
