using System.Threading.Channels;
using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>A journal whose writes complete when the test says so.</summary>
internal sealed class GatedJournal : IJournal
{
    private readonly Channel<Write> _writes = Channel.CreateUnbounded<Write>();

    public Durability Durability => Durability.Disk;

    public JournalState Recover(IRecoveredLines lines, ICommittedLines committed) => JournalState.Empty;

    public void WriteBoots(IReadOnlyList<BootRecord> boots)
    {
    }

    public ValueTask SyncAsync() => ValueTask.CompletedTask;

    public bool IsImmediate => false;

    /// <summary>Writes that were begun.</summary>
    public int Count { get; private set; }

    public ValueTask WriteAsync(CommitBatch batch, bool isSynced)
    {
        var write = new Write([], [.. batch.Positions], []);
        batch.ForEach(write, static (write, update) =>
        {
            write.Lines.Add($"{update.Sequence} {Bytes.Text(update.Line)}");
            write.AreRemovals.Add(update.IsRemoval);
        });
        Count++;
        Assert.True(_writes.Writer.TryWrite(write));
        return new ValueTask(write.Source.Task);
    }

    /// <summary>The next write that the committer began.</summary>
    public Task<Write> NextAsync() => _writes.Reader.ReadAsync().AsTask().Within("for the journal to be written");

    /// <summary>One commit at the journal, its lines with their numbers.</summary>
    internal sealed record Write(List<string> Lines, IReadOnlyList<NeighbourPosition> Positions, List<bool> AreRemovals)
    {
        public TaskCompletionSource Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Complete() => Source.SetResult();

        public void Fail(Exception exception) => Source.SetException(exception);
    }
}
