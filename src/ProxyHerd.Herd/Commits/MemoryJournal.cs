namespace ProxyHerd.Herd.Commits;

/// <summary><see cref="Durability.Memory"/>: keeps nothing; what is lost in a restart comes back from the neighbours.</summary>
public sealed class MemoryJournal : IJournal
{
    /// <inheritdoc/>
    public Durability Durability => Durability.Memory;

    /// <inheritdoc/>
    public bool IsImmediate => true;

    /// <inheritdoc/>
    public JournalState Recover(IRecoveredLines lines, ICommittedLines committed) => JournalState.Empty;

    /// <inheritdoc/>
    public void WriteBoots(IReadOnlyList<BootRecord> boots)
    {
        // Boots live as long as the process.
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(CommitBatch batch, bool isSynced) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask SyncAsync() => ValueTask.CompletedTask;
}
