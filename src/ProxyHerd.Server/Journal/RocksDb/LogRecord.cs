using System.Buffers.Binary;
using System.Numerics;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>The records of which RocksDB's write-ahead logs and manifests are made up.</summary>
/// <remarks>
/// <code>
/// log    = block…            32 kB each, the last one may be shorter
/// block  = record… zeros     at most 6 zeros, where no header fits
/// record = checksum (4 bytes) length (2 bytes) kind (1 byte) payload
/// </code>
/// Integers are little-endian, and the length is the payload's. The checksum is the CRC-32C of kind and payload, masked
/// (RocksDB, <c>db/log_format.h</c> and <c>util/crc32c.h</c>).
/// </remarks>
internal static class LogRecord
{
    /// <summary>Bytes of a block, which no record crosses.</summary>
    public const int BlockBytes = 32 << 10;

    /// <summary>Bytes of a record before its payload.</summary>
    public const int HeaderBytes = 7;

    private const int LengthOffset = 4;
    private const int KindOffset = 6;

    /// <summary>What is added to a checksum once it is turned.</summary>
    private const uint Mask = 0xA282EAD8;

    /// <summary>How many bytes a record has by its own word, its header with them.</summary>
    /// <param name="record">What is there from its first byte on, a header at the least.</param>
    public static int LengthOf(ReadOnlySpan<byte> record) => HeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(record[LengthOffset..]);

    /// <summary>Whether a record has data, or a piece of some: 1 is whole, 2 to 4 are pieces. Others are notes.</summary>
    public static bool IsData(ReadOnlySpan<byte> record) => record[KindOffset] is >= 1 and <= 4;

    /// <summary>Whether a record is of a kind that only recycled logs have, which a journal never writes: 5 to 8, 11 and 131.</summary>
    public static bool IsOfRecycledLog(ReadOnlySpan<byte> record) => record[KindOffset] is (>= 5 and <= 8) or 11 or 131;

    /// <summary>Whether these bytes, a header at the least, have the checksum that stands before them.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> record)
    {
        var crc = uint.MaxValue;
        var rest = record[KindOffset..];
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        foreach (var value in rest)
            crc = BitOperations.Crc32C(crc, value);
        return IsChecksum(crc, record);
    }

    /// <summary>
    /// Whether bytes at the beginning have the checksum that stands before them, whatever the length says. Of 100,000 records that
    /// were cut, one may look like that.
    /// </summary>
    /// <param name="rest">What is there from the record's first byte on, a header at the least.</param>
    public static bool IsWholeButForItsLength(ReadOnlySpan<byte> rest)
    {
        var crc = uint.MaxValue;
        foreach (var value in rest[KindOffset..])
        {
            crc = BitOperations.Crc32C(crc, value);
            if (IsChecksum(crc, rest))
                return true;
        }

        return false;
    }

    private static bool IsChecksum(uint crc, ReadOnlySpan<byte> record) =>
        BitOperations.RotateRight(~crc, 15) + Mask == BinaryPrimitives.ReadUInt32LittleEndian(record);
}
