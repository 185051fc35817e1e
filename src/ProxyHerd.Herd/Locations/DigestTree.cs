using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ProxyHerd.Herd.Locations;

/// <summary>
/// Hashes of the committed store, by which two servers find where they differ: 65,536 buckets of clients, 256 nodes of 256
/// buckets each, and the root. Each is the exclusive-or of the hashes of the AT lines below it, so a change costs three
/// exclusive-ors.
/// </summary>
/// <remarks>One writer, the committer. Readers see each hash whole, and several of them perhaps not of one moment.</remarks>
internal sealed class DigestTree
{
    /// <summary>Nodes below the root.</summary>
    public const int Nodes = 256;

    /// <summary>Buckets below a node.</summary>
    public const int BucketsPerNode = 256;

    /// <summary>Buckets in all: 512 kB. A million clients are 15 a bucket.</summary>
    public const int Buckets = Nodes * BucketsPerNode;

    private readonly ulong[] _nodes = new ulong[Nodes];
    private readonly ulong[] _buckets = new ulong[Buckets];
    private ulong _root;

    /// <summary>Of the whole store.</summary>
    public ulong Root => Volatile.Read(ref _root);

    /// <summary>The bucket of a client, from the unseeded hash of its ID: the same on every server.</summary>
    public static ushort BucketOf(ulong clientIdHash) => (ushort)(clientIdHash >> 48);

    /// <summary>The hash of a node.</summary>
    public ulong Node(int node) => Volatile.Read(ref _nodes[node]);

    /// <summary>The hash of a bucket.</summary>
    public ulong Bucket(int bucket) => Volatile.Read(ref _buckets[bucket]);

    /// <summary>Copies 256 hashes: the nodes, or the buckets of one.</summary>
    /// <param name="level">0 for the nodes, 1 for buckets.</param>
    /// <param name="node">The node, if it is about buckets.</param>
    /// <param name="hashes">256 of them.</param>
    public void CopyChildren(int level, int node, Span<ulong> hashes)
    {
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = level == 0 ? Node(i) : Bucket((node * BucketsPerNode) + i);
    }

    /// <summary>Asks the processor to fetch a bucket that <see cref="Apply"/> is about to change.</summary>
    public unsafe void Fetch(ushort bucket)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref _buckets[bucket]));
    }

    /// <summary>Enters the difference of an old line's hash and a new one's; either alone is a line that comes or goes.</summary>
    public void Apply(ushort bucket, ulong difference)
    {
        Volatile.Write(ref _buckets[bucket], _buckets[bucket] ^ difference);
        Volatile.Write(ref _nodes[bucket / BucketsPerNode], _nodes[bucket / BucketsPerNode] ^ difference);
        Volatile.Write(ref _root, _root ^ difference);
    }
}
