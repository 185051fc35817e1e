namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>Where the records of a log end, or of a manifest.</summary>
/// <param name="Position">Where the last one ends that is whole.</param>
/// <param name="HasData">Whether one of them has data, and is no mere note.</param>
/// <param name="IsFollowedByZeros">Whether the file goes on, and ends in zeros that no record ends in.</param>
/// <remarks>
/// What follows is of a record that was never whole on disk, or the file is damaged. A log that was cut has some bytes of it, and
/// one in which a power cut left zeros has them from somewhere in it to the file's end. Records end in a byte that is not zero
/// (<see cref="BatchWriter"/> sees to it, and those of manifests do), so one whose last byte is there was all written, and one
/// after which there is more was too.
/// </remarks>
internal readonly record struct LogEnd(long Position, bool HasData, bool IsFollowedByZeros)
{
    /// <summary>Reads a file up to there, each record against its checksum.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static LogEnd Find(string file)
    {
        using var log = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var block = new byte[LogRecord.BlockBytes];
        var hasData = false;
        for (long start = 0; ; start += block.Length)
        {
            var bytes = block.AsSpan(0, log.ReadAtLeast(block, block.Length, throwOnEndOfStream: false));
            var at = EndOfWhole(bytes, ref hasData);
            if (at == bytes.Length && at < block.Length)
                return new LogEnd(start + at, hasData, IsFollowedByZeros: false);
            if (block.Length - at < LogRecord.HeaderBytes)
                continue;

            var rest = bytes[at..];
            var written = rest.LastIndexOfAnyExcept((byte)0) + 1;
            var hasZeros = written < rest.Length;
            if (!MayBeCut(rest, written, block.Length - at) || !AreZeros(log, ref hasZeros))
                throw new InvalidDataException($"the record at {start + at} in {Path.GetFileName(file)} is not what was written");
            return new LogEnd(start + at, hasData, hasZeros);
        }
    }

    /// <summary>Where in a block the first record begins that is not whole.</summary>
    private static int EndOfWhole(ReadOnlySpan<byte> block, ref bool hasData)
    {
        var at = 0;
        while (block.Length - at >= LogRecord.HeaderBytes)
        {
            var rest = block[at..];
            var length = LogRecord.LengthOf(rest);
            if (length > rest.Length || LogRecord.IsOfRecycledLog(rest) || !LogRecord.IsWhole(rest[..length]))
                break;
            hasData |= LogRecord.IsData(rest);
            at += length;
        }

        return at;
    }

    /// <summary>Whether what is there may be the beginning of a record, the rest of which never came to the disk.</summary>
    /// <param name="rest">The rest of the block, as far as the file goes.</param>
    /// <param name="written">Bytes of it before those that are zeros to the end.</param>
    /// <param name="room">Bytes to the block's end, which no record crosses.</param>
    private static bool MayBeCut(ReadOnlySpan<byte> rest, int written, int room)
    {
        // Of a whole header the last byte is the kind, which is not zero.
        if (written < LogRecord.HeaderBytes)
            return true;
        var length = LogRecord.LengthOf(rest);
        return length > written && length <= room && !LogRecord.IsOfRecycledLog(rest) && !LogRecord.IsWholeButForItsLength(rest[..written]);
    }

    /// <summary>Whether a file has nothing but zeros from here on.</summary>
    private static bool AreZeros(FileStream log, ref bool hasZeros)
    {
        var block = new byte[LogRecord.BlockBytes];
        while (log.Read(block) is var count and > 0)
        {
            hasZeros = true;
            if (block.AsSpan(0, count).ContainsAnyExcept((byte)0))
                return false;
        }

        return true;
    }
}
