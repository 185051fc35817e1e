using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>Throws on the first write, and would take every later one.</summary>
internal sealed class FailingJournal(Exception exception, bool isImmediate) : IJournal
{
    public string Durability => "Failing";

    public bool IsImmediate => isImmediate;

    public int Count { get; private set; }

    public ValueTask WriteAsync(CommitBatch batch) => Count++ == 0 ? throw exception : ValueTask.CompletedTask;
}
