using ProxyHerd.Protocol;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>Framing from the design's words alone: all bytes in one piece, and no thought for speed.</summary>
internal ref struct NaiveFraming(ReadOnlySpan<byte> bytes, int lineBytesMax, bool isFinal)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How far lines have been read.</summary>
    public int Consumed { get; private set; }

    /// <summary>The next line, as <see cref="LineReader.Read"/> should give it.</summary>
    public LineStatus Read(out ReadOnlySpan<byte> line)
    {
        var rest = _bytes[Consumed..];
        var end = rest.IndexOf((byte)'\n');
        line = end >= 0 ? rest[..end] : rest;
        // The CR may belong to a line end whose LF is still to come.
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        if (line.Length > lineBytesMax)
        {
            line = rest[..Math.Min(lineBytesMax + 1, LineReader.TooLongBytesShown)];
            return LineStatus.TooLong;
        }

        if (end < 0 && (!isFinal || rest.IsEmpty))
        {
            line = default;
            return LineStatus.Incomplete;
        }

        Consumed += end >= 0 ? end + 1 : rest.Length;
        return LineStatus.Complete;
    }
}
