using System.IO.Pipelines;

namespace ProxyHerd.Herd.Commits;

/// <summary>All who wait for one commit. The committer's lock guards it until it ends.</summary>
internal sealed class CommitWaiters
{
    private readonly List<ScheduledWaiters> _scheduled = [];
    private TaskCompletionSource? _others;

    /// <summary>Where one of them goes on; null if that does not matter to any.</summary>
    public PipeScheduler? Scheduler => _scheduled is [var first, ..] ? first.Scheduler : null;

    /// <summary>One more waits.</summary>
    /// <param name="scheduler">Where it goes on; null for wherever it awaits the task.</param>
    public ValueTask Add(PipeScheduler? scheduler)
    {
        if (scheduler is null)
            return new ValueTask((_others ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task);
        foreach (var waiters in _scheduled)
        {
            if (ReferenceEquals(waiters.Scheduler, scheduler))
                return waiters.Task;
        }

        var first = new ScheduledWaiters(scheduler);
        _scheduled.Add(first);
        return first.Task;
    }

    /// <summary>The commit is done, or has failed; nobody is added any more.</summary>
    public void End(IOException? fault)
    {
        foreach (var waiters in _scheduled)
            waiters.End(fault);
        if (fault is null)
            _others?.SetResult();
        else
            _others?.SetException(fault);
    }
}
