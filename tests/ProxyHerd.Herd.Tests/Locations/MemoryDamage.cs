using System.Runtime.CompilerServices;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Locations;

/// <summary>Flips bits of committed lines where they lie, as memory without error correction does.</summary>
internal static class MemoryDamage
{
    /// <summary>Flips the lowest bit of a byte of a client's line.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="line">The line, which is short enough to lie in its record.</param>
    /// <param name="at">The byte.</param>
    public static void Flip(LocationStore store, string line, int at)
    {
        foreach (var shard in ShardsOf(store))
        {
            var table = TableOf(shard);
            for (var slot = 0; slot < table.Count; slot++)
            {
                if (Bytes.Text(table.LineOf(in table[slot])) != line)
                    continue;
                Span<byte> bytes = table[slot].Line;
                bytes[at] ^= 1;
                return;
            }
        }

        Assert.Fail($"Not there: {line}");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_shards")]
    private static extern ref LocationShard[] ShardsOf(LocationStore store);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_table")]
    private static extern ref LocationTable TableOf(LocationShard shard);
}
