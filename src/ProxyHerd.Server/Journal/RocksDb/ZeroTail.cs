namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>
/// Cuts off what of the last log was never synced and is zeros since: a power cut leaves that where the file's length came to
/// the disk before its bytes. RocksDB takes a log that ends too early, but not one of whose last record a part is zeros.
/// </summary>
/// <remarks>
/// It is cut before the first record that is not whole, if behind that record there are only zeros. So it is what the same
/// log would be that ends there, and damage in the middle is left for RocksDB to refuse.
/// </remarks>
internal static class ZeroTail
{
    /// <summary>Cuts the last log of a folder that has anything in it.</summary>
    /// <exception cref="IOException">A file cannot be read, or not be cut.</exception>
    public static void Cut(string folder)
    {
        // Their names are numbers of six digits, or more when those are used up.
        foreach (var file in Directory.GetFiles(folder, "*.log").OrderByDescending(static log => log.Length).ThenByDescending(static log => log, StringComparer.Ordinal))
        {
            long length, end;
            using (var log = File.OpenRead(file))
                (length, end) = (log.Length, EndOf(log));
            if (end < length)
            {
                using var log = new FileStream(file, FileMode.Open, FileAccess.Write);
                log.SetLength(end);
            }

            if (end > 0)
                return;
        }
    }

    /// <summary>Where a log is to end.</summary>
    private static long EndOf(FileStream log)
    {
        var block = new byte[LogRecord.BlockBytes];
        for (var start = (log.Length - 1) / block.Length * block.Length; log.Length > 0 && start >= 0; start -= block.Length)
        {
            log.Position = start;
            var bytes = block.AsSpan(0, log.ReadAtLeast(block, block.Length, throwOnEndOfStream: false));
            var written = bytes.LastIndexOfAnyExcept((byte)0) + 1;
            if (written == 0)
                continue;
            var at = EndOfWhole(bytes);
            return written <= at + LogRecord.LengthOf(bytes[at..]) ? start + at : log.Length;
        }

        return 0;
    }

    /// <summary>Where in a block the first record begins that is not whole.</summary>
    private static int EndOfWhole(ReadOnlySpan<byte> block)
    {
        var at = 0;
        while (LogRecord.LengthOf(block[at..]) is var length and >= LogRecord.HeaderBytes && length <= block.Length - at && LogRecord.IsWhole(block.Slice(at, length)))
            at += length;
        return at;
    }
}
