using System.Buffers;
using System.Collections.Concurrent;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Flooding;

/// <summary>
/// The dialling side of one comparison of digest trees: first all nodes, then the buckets of those that differ, some nodes at
/// a time. The reader hears the answers, the pump writes the questions.
/// </summary>
internal sealed class TreeComparison
{
    /// <summary>Nodes asked about at once: 70 kB of hashes each way, and a whole tree in 16 round trips.</summary>
    private const int NodesAtOnce = 16;

    private readonly DigestTree _tree;
    private readonly int _bucketsMax;
    private readonly int _firstNode;
    private readonly ConcurrentQueue<(int Level, int Node)> _asked = [];
    private readonly ConcurrentQueue<Answer> _answers = [];
    private readonly Queue<int> _nodes = [];
    private readonly List<(ushort Bucket, ulong Hash)> _different = [];
    private readonly bool[] _passedOver = new bool[DigestTree.Nodes];
    private int _awaited;
    private bool _hasAsked;

    /// <param name="tree">This server's own.</param>
    /// <param name="bucketsMax">No further nodes are asked about once so many buckets differ.</param>
    /// <param name="firstNode">Where to begin, so that nodes which stay different do not hold up the others for ever.</param>
    public TreeComparison(DigestTree tree, int bucketsMax, int firstNode)
    {
        _tree = tree;
        _bucketsMax = bucketsMax;
        _firstNode = firstNode;
    }

    /// <summary>Buckets that differ, each with this server's hash of it when it asked.</summary>
    public IReadOnlyList<(ushort Bucket, ulong Hash)> Different => _different;

    /// <summary>Whether it is through.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The last node that was asked about.</summary>
    public int LastNode { get; private set; }

    /// <summary>Whether all that differs below a node is in <see cref="Different"/>; not so of some once there are too many.</summary>
    public bool HasLookedAt(int node) => !_passedOver[node] && !_nodes.Contains(node);

    /// <summary>Takes an answer of the neighbour, on the reader's thread. Answers come in the order of the questions.</summary>
    /// <returns>False if it does not answer the oldest question that is open.</returns>
    public bool TryHear(HerdLine line)
    {
        if (!_asked.TryPeek(out var asked))
            return false;
        var buckets = new List<ushort>();
        ulong[]? hashes = null;
        if (line.Kind == HerdKind.Want)
        {
            for (var rest = line.Rest; HerdLine.TryReadBucket(ref rest, out var bucket);)
                buckets.Add((ushort)bucket);
            if (asked.Level == 0 || buckets.Exists(bucket => bucket / DigestTree.BucketsPerNode != asked.Node))
                return false;
        }
        else
        {
            hashes = new ulong[DigestTree.Nodes];
            if ((line.Level, line.Index) != asked || !line.TryReadHashes(hashes))
                return false;
        }

        _asked.TryDequeue(out _);
        _answers.Enqueue(new Answer(asked.Level == 0 ? hashes : null, buckets));
        return true;
    }

    /// <summary>Takes the answers that are there and writes the next questions, on the pump's thread.</summary>
    public void Advance(IBufferWriter<byte> output)
    {
        if (!_hasAsked)
        {
            _hasAsked = true;
            Ask(output, 0, 0);
            return;
        }

        while (_awaited > 0 && _answers.TryDequeue(out var answer))
        {
            _awaited--;
            if (answer.Nodes is not null)
                TakeNodes(answer.Nodes);
            foreach (var bucket in answer.Buckets)
                TakeBucket(bucket);
        }

        if (_awaited > 0)
            return;
        for (var i = 0; i < NodesAtOnce && _different.Count < _bucketsMax && _nodes.TryDequeue(out var node); i++)
            Ask(output, 1, node);
        IsDone = _awaited == 0;
    }

    private void Ask(IBufferWriter<byte> output, int level, int node)
    {
        Span<ulong> hashes = stackalloc ulong[DigestTree.BucketsPerNode];
        _tree.CopyChildren(level, node, hashes);
        _awaited++;
        _asked.Enqueue((level, node));
        if (level > 0)
            LastNode = node;
        HerdLineWriter.WriteDigest(output, level, node, hashes);
    }

    private void TakeNodes(ReadOnlySpan<ulong> theirs)
    {
        for (var i = 0; i < DigestTree.Nodes; i++)
        {
            var node = (_firstNode + i) % DigestTree.Nodes;
            if (theirs[node] != _tree.Node(node))
                _nodes.Enqueue(node);
        }
    }

    private void TakeBucket(ushort bucket)
    {
        if (_different.Count < _bucketsMax)
            _different.Add((bucket, _tree.Bucket(bucket)));
        else
            _passedOver[bucket / DigestTree.BucketsPerNode] = true;
    }

    /// <summary>The neighbour's nodes, or the buckets that it wants.</summary>
    private sealed record Answer(ulong[]? Nodes, List<ushort> Buckets);
}
