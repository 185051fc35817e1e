namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>
/// Looks for records of recycled logs, which the journal never writes. RocksDB does not return from reading a log whose
/// first record is of another kind: it gives such a record back again and again. One flipped bit is enough to make one.
/// </summary>
/// <remarks>All else that can be wrong with a record RocksDB says itself.</remarks>
internal static class RecycledRecords
{
    /// <summary>The name of a file in a folder that has one; null if there is none.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string? FindFile(string folder) =>
        Directory.EnumerateFiles(folder, "MANIFEST-*").Concat(Directory.EnumerateFiles(folder, "*.log"))
            .Where(HasOne).Select(Path.GetFileName).FirstOrDefault();

    private static bool HasOne(string file)
    {
        using var log = File.OpenRead(file);
        var block = new byte[LogRecord.BlockBytes];
        while (log.ReadAtLeast(block, block.Length, throwOnEndOfStream: false) is var count and > 0)
        {
            if (HasOne(block.AsSpan(0, count)))
                return true;
        }

        return false;
    }

    private static bool HasOne(ReadOnlySpan<byte> block)
    {
        while (block.Length >= LogRecord.HeaderBytes)
        {
            if (LogRecord.IsOfRecycledLog(block))
                return true;
            var length = LogRecord.LengthOf(block);
            if (length > block.Length)
                return false;
            block = block[length..];
        }

        return false;
    }
}
