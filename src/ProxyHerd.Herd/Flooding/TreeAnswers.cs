using System.Buffers;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Flooding;

/// <summary>The listening side of repair: answers a neighbour's hashes once the lines that came before them are committed.</summary>
/// <remarks>
/// <c>HERD DIGEST 0 0 hash…</c>, the neighbour's 256 nodes, is answered with this server's own 256. <c>HERD DIGEST 1 node
/// hash…</c>, the 256 buckets of a node, is answered with <c>HERD WANT bucket…</c>, those that differ here, or if none does
/// with this server's own.
/// </remarks>
internal sealed class TreeAnswers(LocationStore store)
{
    /// <summary>Questions of one read that are kept: twice what a neighbour asks at once (<see cref="LinkRepair"/>).</summary>
    private const int QuestionsMax = 32;

    private readonly List<(int Level, int Node, ulong[] Hashes)> _questions = [];

    /// <summary>Notes a question.</summary>
    /// <returns>False if it is none that can be answered.</returns>
    public bool TryAsk(HerdLine digest)
    {
        var hashes = new ulong[DigestTree.BucketsPerNode];
        if (_questions.Count == QuestionsMax || (digest.Level == 0 && digest.Index != 0) || !digest.TryReadHashes(hashes))
            return false;
        _questions.Add((digest.Level, digest.Index, hashes));
        return true;
    }

    /// <summary>Answers what was asked.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        foreach (var (level, node, hashes) in _questions)
            Write(output, level, node, hashes);
        _questions.Clear();
    }

    private void Write(IBufferWriter<byte> output, int level, int node, ReadOnlySpan<ulong> theirs)
    {
        Span<ulong> own = stackalloc ulong[DigestTree.BucketsPerNode];
        store.DigestTree.CopyChildren(level, node, own);
        Span<int> different = stackalloc int[DigestTree.BucketsPerNode];
        var count = 0;
        for (var i = 0; i < own.Length; i++)
        {
            if (own[i] != theirs[i])
                different[count++] = (node * DigestTree.BucketsPerNode) + i;
        }

        if (level == 0 || count == 0)
            HerdLineWriter.WriteDigest(output, level, node, own);
        else
            HerdLineWriter.WriteWant(output, different[..count]);
    }
}
