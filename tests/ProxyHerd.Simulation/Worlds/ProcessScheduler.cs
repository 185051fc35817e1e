using System.IO.Pipelines;

namespace ProxyHerd.Simulation.Worlds;

/// <summary>Runs what a process hands to a scheduler on the process's own context.</summary>
internal sealed class ProcessScheduler(ProcessContext context) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) =>
        context.Post(static work => ((Work)work!).Run(), new Work(action, state));

    private sealed record Work(Action<object?> Action, object? State)
    {
        public void Run() => Action(State);
    }
}
