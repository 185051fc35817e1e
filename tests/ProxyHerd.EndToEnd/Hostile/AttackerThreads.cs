using System.Collections.Concurrent;
using ProxyHerd.EndToEnd.Processes;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>
/// Threads for an attack, that give way to all others: attackers are other machines in truth and take no processor from a server, and
/// what a good client waits for is to be the server's work, not theirs.
/// </summary>
internal sealed class AttackerThreads : TaskScheduler, IDisposable
{
    /// <summary>One that sends and one that receives.</summary>
    private const int Threads = 2;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly List<Thread> _threads = [];

    public AttackerThreads()
    {
        for (var i = 0; i < Threads; i++)
        {
            _threads.Add(new Thread(Run) { IsBackground = true, Name = "attacker" });
            _threads[i].Start();
        }
    }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => Threads;

    /// <summary>Runs an attack here, whatever it awaits.</summary>
    public Task RunAsync(Func<Task> attack) => Task.Factory.StartNew(attack, CancellationToken.None, TaskCreationOptions.None, this).Unwrap();

    /// <inheritdoc/>
    public void Dispose()
    {
        _tasks.CompleteAdding();
        _threads.ForEach(thread => thread.Join());
        _tasks.Dispose();
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => _tasks.Add(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _threads.Contains(Thread.CurrentThread) && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [.. _tasks];

    private void Run()
    {
        Scheduling.GiveWay();
        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
    }
}
