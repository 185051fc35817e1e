namespace ProxyHerd.Herd.Commits;

/// <summary><c>Durability</c> <c>Memory</c>: keeps nothing; what is lost in a restart comes back from the neighbours.</summary>
public sealed class MemoryJournal : IJournal
{
    /// <inheritdoc/>
    public string Durability => "Memory";

    /// <inheritdoc/>
    public bool IsImmediate => true;

    /// <inheritdoc/>
    public ValueTask WriteAsync(CommitBatch batch) => ValueTask.CompletedTask;
}
