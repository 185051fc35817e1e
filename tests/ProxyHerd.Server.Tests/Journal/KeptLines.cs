using System.IO.Hashing;
using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Keeps what a journal gave back.</summary>
internal sealed class KeptLines : IRecoveredLines
{
    /// <summary>The lines with their numbers.</summary>
    public SortedDictionary<long, string> Lines { get; } = [];

    public void Take(long sequence, ulong lineHash, ReadOnlySpan<byte> line)
    {
        if (lineHash != XxHash3.HashToUInt64(line))
            throw new InvalidOperationException($"The hash of '{TestCommit.Text(line)}' is another.");
        Lines.Add(sequence, TestCommit.Text(line));
    }
}
