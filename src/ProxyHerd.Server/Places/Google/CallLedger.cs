using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProxyHerd.Server.Places.Google;

/// <summary>
/// A file that holds how often Google was asked in a month, held by this process alone. Two records take turns, so that one is
/// whole whatever happens while the other is written.
/// </summary>
/// <remarks>
/// A record is a line of 512 bytes, as much as a disk writes whole or not at all, filled up with spaces:
/// <c>ProxyHerd calls 1 NUMBER MONTH CALLS CRC32</c>. The one with the higher number counts.
/// </remarks>
internal sealed class CallLedger : IDisposable
{
    private const int RecordBytes = 512;
    private const int Records = 2;
    private const string Head = "ProxyHerd calls 1 ";

    private readonly SafeFileHandle _file;
    private long _number;

    private CallLedger(SafeFileHandle file)
    {
        _file = file;
        Last = ReadLast();
    }

    /// <summary>
    /// What it said when it was opened; null if it is damaged. With one record damaged it is what the other says and one call
    /// more: the damaged one may have said so.
    /// </summary>
    public CallCount? Last { get; }

    /// <summary>Opens a server's file, or makes one that begins at nought.</summary>
    /// <param name="path">The file's full path.</param>
    /// <param name="month">What a new one begins with.</param>
    /// <param name="syncFolder">
    /// Brings its folder to the disk, and those above it: else a power cut may forget its name. Always, since the start that made it
    /// may have ended before.
    /// </param>
    /// <exception cref="IOException">It cannot be read or written, or another has it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static CallLedger Open(string path, BillingMonth month, Action<string> syncFolder)
    {
        if (!File.Exists(path))
            Make(path, month);
        syncFolder(Path.GetDirectoryName(path)!);
        return new CallLedger(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
    }

    /// <summary>Writes a count; it is on disk when this returns.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void Write(CallCount count)
    {
        RandomAccess.Write(_file, Record(_number + 1, count), (_number + 1) % Records * RecordBytes);
        RandomAccess.FlushToDisk(_file);
        _number++;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>It gets its name once it is whole: a file of that name without a record is damaged, not new.</summary>
    private static void Make(string path, BillingMonth month)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var unfinished = path + "~";
        using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            for (var number = 0; number < Records; number++)
                RandomAccess.Write(file, Record(number, new CallCount(month, 0)), number * RecordBytes);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(unfinished, path, overwrite: false);
    }

    private static byte[] Record(long number, CallCount count)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Head}{number} {count.Month} {count.Calls} ");
        return Encoding.ASCII.GetBytes((text + Checksum(text)).PadRight(RecordBytes - 1) + "\n");
    }

    private CallCount? ReadLast()
    {
        var bytes = new byte[Records * RecordBytes];
        RandomAccess.Read(_file, bytes, 0);
        CallCount? last = null;
        var damaged = 0;
        for (var slot = 0; slot < Records; slot++)
        {
            if (!TryRead(bytes.AsSpan(slot * RecordBytes, RecordBytes), out var number, out var count))
            {
                damaged++;
            }
            else if (last is null || number > _number)
            {
                last = count;
                _number = number;
            }
        }

        return last is { } whole && damaged > 0 ? whole with { Calls = whole.Calls + 1 } : last;
    }

    private static bool TryRead(ReadOnlySpan<byte> record, out long number, out CallCount count)
    {
        (number, count) = (0, default);
        var text = Encoding.ASCII.GetString(record).TrimEnd(' ', '\n');
        var end = text.LastIndexOf(' ') + 1;
        if (!text.StartsWith(Head, StringComparison.Ordinal) || text[end..] != Checksum(text[..end]))
            return false;

        var fields = text[Head.Length..].Split(' ');
        if (fields.Length != 4
            || !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out number)
            || !BillingMonth.TryParse(fields[1], out var month)
            || !long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var calls))
        {
            return false;
        }

        count = new CallCount(month, calls);
        return true;
    }

    private static string Checksum(string text) => Convert.ToHexStringLower(Crc32.Hash(Encoding.ASCII.GetBytes(text)));
}
