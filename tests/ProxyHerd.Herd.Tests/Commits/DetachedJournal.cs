using System.Collections.Concurrent;
using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>Completes each write on another thread, and remembers what it was given.</summary>
internal sealed class DetachedJournal : IJournal
{
    private readonly ConcurrentDictionary<string, long> _written = new();
    private long _last;
    private int _writing;

    public Durability Durability => Durability.Disk;

    public JournalState Recover(IRecoveredLines lines, ICommittedLines committed) => JournalState.Empty;

    public void WriteBoots(IReadOnlyList<BootRecord> boots)
    {
    }

    public ValueTask SyncAsync() => ValueTask.CompletedTask;

    public bool IsImmediate => false;

    /// <summary>Commits so far.</summary>
    public int Count { get; private set; }

    /// <summary>The number of a line whose write has completed.</summary>
    public bool IsWritten(string line) => _written.ContainsKey(line);

    public async ValueTask WriteAsync(CommitBatch batch, bool isSynced)
    {
        Assert.Equal(1, Interlocked.Increment(ref _writing));
        Assert.Equal(_last + 1, batch.FirstSequence);
        await Task.Yield();
        var clients = new HashSet<string>();
        batch.ForEach((this, clients), static (state, update) =>
        {
            var (journal, clients) = state;
            Assert.Equal(++journal._last, update.Sequence);
            Assert.True(clients.Add(Bytes.Text(update.ClientId)), "a batch holds a client once");
            journal._written[Bytes.Text(update.Line)] = update.Sequence;
        });
        Assert.Equal(_last, batch.LastSequence);
        Count++;
        Interlocked.Decrement(ref _writing);
    }
}
