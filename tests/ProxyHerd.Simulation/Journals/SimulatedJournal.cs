using ProxyHerd.Herd.Commits;
using ProxyHerd.Simulation.Oracle;
using ProxyHerd.Simulation.Servers;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Journals;

/// <summary>The journal of one process, on its machine's simulated disk.</summary>
internal sealed class SimulatedJournal(ServerProcess process, SimulatedDisk disk, World world, SeededRandom random, Ledger ledger) : IJournal
{
    /// <summary>From the call until the operating system has the bytes.</summary>
    private static readonly TimeSpan HandOverMax = TimeSpan.FromMilliseconds(0.05);

    private readonly bool _isImmediate = process.Machine.Durability switch
    {
        Durability.Memory => true,
        Durability.EverySecond => random.Chance(0.5),
        _ => false,
    };

    public Durability Durability => process.Machine.Durability;

    public bool IsImmediate => _isImmediate;

    private bool IsKept => Durability != Durability.Memory;

    public JournalState Recover(IRecoveredLines lines, ICommittedLines committed)
    {
        if (!IsKept)
            return JournalState.Empty;
        var state = disk.Read();
        foreach (var line in state.Lines.Values)
            lines.Take(line.Sequence, line.LineHash, line.Line);
        ledger.Recovered(process, state);
        return new JournalState(state.Boots, [.. state.Positions], state.LastSequence);
    }

    public void WriteBoots(IReadOnlyList<BootRecord> boots)
    {
        if (!IsKept)
            return;
        disk.Write(new DiskCommit([], [], 0, [.. boots]));
        disk.Sync(disk.Written);
    }

    public ValueTask WriteAsync(CommitBatch batch, bool isSynced)
    {
        var commit = DiskCommit.Of(batch);
        if (!_isImmediate)
            return new ValueTask(WriteLater(commit, isSynced));
        if (IsKept)
            disk.Write(commit);
        Note("has committed", commit);
        ledger.Committed(process, commit);
        return ValueTask.CompletedTask;
    }

    public ValueTask SyncAsync()
    {
        if (!IsKept)
            return ValueTask.CompletedTask;
        var done = new TaskCompletionSource();
        Sync(disk.Written, process.Machine.Sync.Next(), done, null);
        return new ValueTask(done.Task);
    }

    private Task WriteLater(DiskCommit commit, bool isSynced)
    {
        var done = new TaskCompletionSource();
        var handOver = HandOverMax * random.Fraction();
        After(handOver, () =>
        {
            disk.Write(commit);
            Note("has written", commit);
            if (isSynced)
            {
                Sync(disk.Written, process.Machine.Sync.Next(), done, commit);
                return;
            }

            ledger.Committed(process, commit);
            done.SetResult();
        });
        return done.Task;
    }

    private void Sync(long written, TimeSpan time, TaskCompletionSource done, DiskCommit? commit) => After(time, () =>
    {
        if (process.Machine.Sync.Fails())
        {
            // What the operating system could not write it forgets, or it is on disk after all.
            if (random.Chance(0.7))
                disk.LoseUnsynced();
            done.SetException(new IOException("The simulated disk failed."));
            process.Fail();
            return;
        }

        disk.Sync(written);
        if (commit is not null)
        {
            Note("has synced", commit);
            ledger.Committed(process, commit);
        }

        done.SetResult();
    });

    private void Note(string what, DiskCommit commit)
    {
        if (!world.History.IsOn)
            return;
        foreach (var line in commit.Lines)
            world.History.Lines($"{process.Name} {what} {line.Sequence}{(line.IsRemoval ? " as removed" : "")}", line.Line);
    }

    private void After(TimeSpan time, Action action) =>
        world.Schedule(time, static action => ((Action)action!)(), action, process.Context);
}
