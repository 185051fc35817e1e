namespace ProxyHerd.Herd.Commits;

/// <summary>Where commits are kept across restarts.</summary>
/// <remarks>
/// <see cref="Recover"/> comes first and once, then <see cref="WriteBoots"/>; from then on the committer alone calls it,
/// one call at a time.
/// </remarks>
public interface IJournal
{
    /// <summary>What the server promises of an answer, and what a HELLO tells neighbours.</summary>
    Durability Durability { get; }

    /// <summary>
    /// Whether writing always completes at once. Then a commit runs on the thread that asks for it, which saves two
    /// switches of threads a commit.
    /// </summary>
    bool IsImmediate { get; }

    /// <summary>Reads all that was kept. It may block for as long as that takes.</summary>
    /// <param name="lines">Takes the lines.</param>
    /// <param name="committed">What it may look its commits up in from now on.</param>
    /// <exception cref="IOException">It cannot be used; the message says why, and the way out.</exception>
    JournalState Recover(IRecoveredLines lines, ICommittedLines committed);

    /// <summary>Replaces the list of this server's starts, and syncs it. It blocks until that is done.</summary>
    /// <exception cref="IOException">It may not be on disk: the server must not start.</exception>
    void WriteBoots(IReadOnlyList<BootRecord> boots);

    /// <summary>
    /// Writes a commit: its updates, its positions and its last number, all of them or none. The batch is the journal's
    /// until the task completes. Commits reach the disk in the order of these calls: what is there after a crash is some
    /// commit and all before it.
    /// </summary>
    /// <param name="batch">The commit.</param>
    /// <param name="isSynced">Whether it, and all before it, has to be on disk when the task completes.</param>
    /// <exception cref="IOException">The commit may not be on disk: the server must stop, nothing may be answered.</exception>
    ValueTask WriteAsync(CommitBatch batch, bool isSynced);

    /// <summary>Completes once all that was written is on disk.</summary>
    /// <exception cref="IOException">As of <see cref="WriteAsync"/>.</exception>
    ValueTask SyncAsync();
}
