namespace ProxyHerd.Herd.Commits;

/// <summary>Where commits are kept across restarts.</summary>
/// <remarks>The committer alone calls it, one commit at a time.</remarks>
public interface IJournal
{
    /// <summary>
    /// What <c>Journal:Durability</c> calls it, and what a HELLO tells neighbours.
    /// </summary>
    string Durability { get; }

    /// <summary>
    /// Whether <see cref="WriteAsync"/> always completes at once. Then a commit runs on the thread that asks for it,
    /// which saves two switches of threads a commit.
    /// </summary>
    bool IsImmediate { get; }

    /// <summary>Writes and syncs a commit. The batch is the journal's until the task completes.</summary>
    /// <exception cref="IOException">The commit may not be on disk: the server must stop, nothing may be answered.</exception>
    ValueTask WriteAsync(CommitBatch batch);
}
