using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>Throws on the first write, and would take every later one.</summary>
internal sealed class FailingJournal(Exception exception, bool isImmediate) : IJournal
{
    public Durability Durability => Durability.Disk;

    public JournalState Recover(IRecoveredLines lines, ICommittedLines committed) => JournalState.Empty;

    public void WriteBoots(IReadOnlyList<BootRecord> boots)
    {
    }

    public ValueTask SyncAsync() => ValueTask.CompletedTask;

    public bool IsImmediate => isImmediate;

    public int Count { get; private set; }

    public ValueTask WriteAsync(CommitBatch batch, bool isSynced) => Count++ == 0 ? throw exception : ValueTask.CompletedTask;
}
