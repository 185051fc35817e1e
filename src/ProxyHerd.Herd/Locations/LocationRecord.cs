using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProxyHerd.Herd.Locations;

/// <summary>
/// One client in a shard: its last committed line, and where its uncommitted ones wait. Three cache lines: what is
/// compared and counted, then the line itself, so that an update misses the cache once and not at every step.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct LocationRecord
{
    /// <summary>Bytes of a record; a multiple of a cache line.</summary>
    public const int Size = HeadBytes + InlineBytesMax;

    /// <summary>Longest line that lies in the record: one with a client ID of some 60 bytes. Longer ones have an array.</summary>
    public const int InlineBytesMax = 128;

    private const int HeadBytes = 64;

    /// <summary>The committed line's number in the feed; 0 before the first commit.</summary>
    [FieldOffset(0)]
    public long Sequence;

    /// <summary>The committed line's time, in nanoseconds since 1970.</summary>
    [FieldOffset(8)]
    public long Time;

    /// <summary>The committed line's skew, in nanoseconds.</summary>
    [FieldOffset(16)]
    public long Skew;

    /// <summary>The committed line's hash, as it went into the digest.</summary>
    [FieldOffset(24)]
    public ulong LineHash;

    /// <summary>Which boot of which neighbour brought the committed line; see <see cref="Flooding.OriginTags"/>.</summary>
    [FieldOffset(32)]
    public int Origin;

    /// <summary>Index in the open batch plus one; 0 if nothing waits there.</summary>
    [FieldOffset(36)]
    public int Open;

    /// <summary>Index in the batch that is being committed plus one; 0 if nothing waits there.</summary>
    [FieldOffset(40)]
    public int Closed;

    /// <summary>Index of the long line's array plus one; 0 if the line lies in the record.</summary>
    [FieldOffset(44)]
    public int LongLine;

    /// <summary>Bytes of the line. Before the first commit it is the line that will be committed.</summary>
    [FieldOffset(48)]
    public ushort LineLength;

    /// <summary>Where the client ID begins in the line, where it is held once.</summary>
    [FieldOffset(50)]
    public ushort ClientIdOffset;

    /// <summary>Bytes of the client ID.</summary>
    [FieldOffset(52)]
    public byte ClientIdLength;

    /// <summary>The client's bucket in the digest tree.</summary>
    [FieldOffset(54)]
    public ushort Bucket;

    /// <summary>Hash of the client ID, within the shard.</summary>
    [FieldOffset(56)]
    public uint Hash;

    /// <summary>A line that is short enough.</summary>
    [FieldOffset(HeadBytes)]
    public InlineLine Line;

    /// <summary>Room for a line.</summary>
    [InlineArray(InlineBytesMax)]
    public struct InlineLine
    {
        private byte _first;
    }
}
