using System.Runtime.InteropServices;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Flooding;

/// <summary>
/// Tells buckets that stay different from those whose lines are just under way, of which there are always some while clients
/// never pause. A bucket stays different if it differed at two looks in a row while nothing changed in it here, or at
/// <see cref="LooksMin"/> in a row whatever changed.
/// </summary>
/// <remarks>
/// It remembers a bucket until a look finds it equal: at the most all of <see cref="DigestTree.Buckets"/>, and of a herd that is
/// well those that were under way at the last look, some hundred.
/// </remarks>
internal sealed class LastingDifferences
{
    /// <summary>
    /// Under 100,000 updates a second, each 15 ms under way, a bucket differs at one look of forty: at so many in a row at one of a
    /// hundred million, and looks are a minute apart.
    /// </summary>
    public const int LooksMin = 5;

    private readonly Dictionary<ushort, Seen> _seen = [];

    /// <summary>Buckets that stay different.</summary>
    public int Count => _seen.Values.Count(static seen => seen.IsUnchanged || seen.Looks >= LooksMin);

    /// <summary>Takes what a comparison found.</summary>
    /// <param name="different">The buckets that differed, each with this server's hash of it.</param>
    /// <param name="hasLookedAt">Whether it looked at all buckets of a node; nothing new is known of the others.</param>
    public void Take(IReadOnlyList<(ushort Bucket, ulong Hash)> different, Func<int, bool> hasLookedAt)
    {
        var now = new BucketSet();
        foreach (var (bucket, hash) in different)
        {
            if (now.Contains(bucket))
                continue; // A neighbour may ask for it twice.
            now.Add(bucket);
            ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_seen, bucket, out var isKnown);
            seen = new Seen(hash, seen.Looks + 1, isKnown && seen.Hash == hash);
        }

        // Of a dictionary entries may be removed while it is gone through.
        foreach (var bucket in _seen.Keys)
        {
            if (!now.Contains(bucket) && hasLookedAt(bucket / DigestTree.BucketsPerNode))
                _seen.Remove(bucket);
        }
    }

    /// <param name="Hash">This server's hash of it at the last look.</param>
    /// <param name="Looks">Looks in a row at which it differed.</param>
    /// <param name="IsUnchanged">Whether the look before found the same hash.</param>
    private readonly record struct Seen(ulong Hash, int Looks, bool IsUnchanged);
}
