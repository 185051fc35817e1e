namespace ProxyHerd.Herd.Locations;

/// <summary>Some of the buckets of a <see cref="DigestTree"/>.</summary>
internal sealed class BucketSet
{
    private readonly ulong[] _bits = new ulong[DigestTree.Buckets / 64];

    /// <summary>How many are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether one is in it.</summary>
    public bool Contains(ushort bucket) => (_bits[bucket >> 6] >> (bucket & 63) & 1) != 0;

    /// <summary>Puts one in.</summary>
    public void Add(ushort bucket)
    {
        if (Contains(bucket))
            return;
        _bits[bucket >> 6] |= 1UL << (bucket & 63);
        Count++;
    }
}
