using System.IO.Hashing;
using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Keeps what a journal gave back, and then what was committed to it, as the store does.</summary>
internal sealed class KeptLines : IRecoveredLines, ICommittedLines
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _damaged = new(StringComparer.Ordinal);

    /// <summary>The lines with their numbers.</summary>
    public SortedDictionary<long, string> Lines { get; } = [];

    /// <summary>Called before each line is visited.</summary>
    public Action? BeforeVisit { get; set; }

    /// <summary>A client whose line it does not take from the journal.</summary>
    public string? NotTaken { get; init; }

    public bool Take(long sequence, ulong lineHash, ReadOnlySpan<byte> line)
    {
        var text = TestCommit.Text(line);
        if (lineHash != XxHash3.HashToUInt64(line))
            throw new InvalidOperationException($"The hash of '{text}' is another.");
        if (TestCommit.ClientOf(text) == NotTaken)
            return false;
        Lines.Add(sequence, text);
        _numbers.Add(TestCommit.ClientOf(text), sequence);
        return true;
    }

    /// <summary>What the committer does with the store once a commit is written.</summary>
    public void Publish(CommitBatch commit)
    {
        lock (_lock)
        {
            commit.ForEach(this, static (lines, update) =>
            {
                var client = TestCommit.Text(update.ClientId);
                lines.Forget(client);
                lines._damaged.Remove(client);
                if (update.IsRemoval)
                    return;
                lines._numbers.Add(client, update.Sequence);
                lines.Lines.Add(update.Sequence, TestCommit.Text(update.Line));
            });
        }
    }

    /// <summary>Damages a client's line in memory.</summary>
    public void Damage(string client)
    {
        lock (_lock)
            _damaged.Add(client);
    }

    /// <summary>Forgets a client, as the store does once it has found its line damaged.</summary>
    public void Forget(string client)
    {
        lock (_lock)
        {
            if (_numbers.Remove(client, out var number))
                Lines.Remove(number);
        }
    }

    public bool ForEach<TState>(long after, long last, TState state, Action<TState, CommittedUpdate> visit)
    {
        KeyValuePair<string, long>[] numbers;
        lock (_lock)
            numbers = [.. _numbers.Where(pair => pair.Value > after && pair.Value <= last)];
        var isWhole = true;
        foreach (var (client, number) in numbers)
        {
            BeforeVisit?.Invoke();
            byte[] line;
            lock (_lock)
            {
                if (!Lines.TryGetValue(number, out var text))
                    continue;
                line = TestCommit.Bytes(text);
                if (_damaged.Contains(client))
                {
                    isWhole = false;
                    continue;
                }
            }

            visit(state, new CommittedUpdate(number, line, XxHash3.HashToUInt64(line), TestCommit.ClientIdOffsetOf(line), isRemoval: false));
        }

        return isWhole;
    }
}
