using System.Buffers.Binary;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>
/// Looks for records of recycled logs, which the journal never writes. RocksDB does not return from reading a log whose
/// first record is of another kind: it gives such a record back again and again. One flipped bit is enough to make one.
/// </summary>
/// <remarks>
/// <code>
/// log    = block…            32 kB each, the last one may be shorter
/// block  = record… zeros     at most 6 zeros, where no header fits
/// record = checksum (4 bytes) length (2 bytes) kind (1 byte) payload
/// </code>
/// Integers are little-endian. Write-ahead logs and manifests have this form (RocksDB, <c>db/log_format.h</c>). All else that
/// can be wrong with a record RocksDB says itself.
/// </remarks>
internal static class RecycledRecords
{
    private const int BlockBytes = 32 << 10;
    private const int HeaderBytes = 7;

    /// <summary>The name of a file in a folder that has one; null if there is none.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string? FindFile(string folder) =>
        Directory.EnumerateFiles(folder, "MANIFEST-*").Concat(Directory.EnumerateFiles(folder, "*.log"))
            .Where(HasOne).Select(Path.GetFileName).FirstOrDefault();

    private static bool HasOne(string file)
    {
        using var log = File.OpenRead(file);
        var block = new byte[BlockBytes];
        while (log.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false) is var count and > 0)
        {
            if (HasOne(block.AsSpan(0, count)))
                return true;
        }

        return false;
    }

    private static bool HasOne(ReadOnlySpan<byte> block)
    {
        while (block.Length >= HeaderBytes)
        {
            // Types 5 to 8 are pieces of data, 11 and 131 are notes.
            if (block[6] is (>= 5 and <= 8) or 11 or 131)
                return true;
            var length = HeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(block[4..]);
            if (length > block.Length)
                return false;
            block = block[length..];
        }

        return false;
    }
}
