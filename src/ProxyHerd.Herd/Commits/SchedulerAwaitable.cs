using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace ProxyHerd.Herd.Commits;

/// <summary>Awaited, it goes on on a scheduler.</summary>
internal readonly struct SchedulerAwaitable(PipeScheduler scheduler) : ICriticalNotifyCompletion
{
    /// <summary>Never: also on one of the scheduler's threads it is a later turn.</summary>
    public bool IsCompleted => false;

    /// <summary>Itself.</summary>
    public SchedulerAwaitable GetAwaiter() => this;

    /// <summary>Nothing comes of it.</summary>
    public void GetResult()
    {
    }

    /// <inheritdoc/>
    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    /// <inheritdoc/>
    public void UnsafeOnCompleted(Action continuation) => scheduler.Schedule(static goOn => ((Action)goOn!)(), continuation);
}
