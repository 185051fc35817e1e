using System.Buffers;
using System.Runtime.CompilerServices;

namespace ProxyHerd.Protocol;

/// <summary>Frames lines: bytes up to LF, without one CR before it.</summary>
/// <remarks>
/// A line within one segment is given as it lies there; one that straddles segments is copied to the scratch buffer,
/// which the next call overwrites. The limit is checked before any further search.
/// </remarks>
public ref struct LineReader
{
    /// <summary>How much of a line beyond the limit is given, for the error reply.</summary>
    public const int TooLongBytesShown = 256;

    private readonly ReadOnlySequence<byte> _buffer;
    private readonly Span<byte> _scratch;
    private readonly int _lineBytesMax;
    private readonly bool _isFinal;
    private ReadOnlySpan<byte> _span;
    private SequencePosition _spanStart;
    private int _at;

    /// <param name="buffer">What has been read.</param>
    /// <param name="scratch">At least <paramref name="lineBytesMax"/> + 1 bytes.</param>
    /// <param name="lineBytesMax">Longest line, in bytes, without its end.</param>
    /// <param name="isFinal">No more will come: what is left without LF is a line too.</param>
    public LineReader(in ReadOnlySequence<byte> buffer, Span<byte> scratch, int lineBytesMax, bool isFinal)
    {
        _buffer = buffer;
        _scratch = scratch;
        _lineBytesMax = lineBytesMax;
        _isFinal = isFinal;
        _span = buffer.FirstSpan;
        _spanStart = buffer.Start;
    }

    /// <summary>How far lines have been read.</summary>
    public readonly SequencePosition Consumed => _buffer.GetPosition(_at, _spanStart);

    /// <summary>What follows the last line in its segment: all, part or nothing of what is left.</summary>
    public readonly ReadOnlySpan<byte> Behind => _span[_at..];

    /// <summary>Reads the next line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LineStatus Read(out ReadOnlySpan<byte> line)
    {
        var rest = _span[_at..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0 || end > _lineBytesMax)
            return ReadRare(out line);
        _at += end + 1;
        line = WithoutCarriageReturn(rest[..end]);
        return LineStatus.Complete;
    }

    private LineStatus ReadRare(out ReadOnlySpan<byte> line)
    {
        // One more than the limit: the CR that may stand before LF is not counted.
        var rest = _buffer.Slice(Consumed);
        var window = rest.Slice(0, Math.Min(rest.Length, _lineBytesMax + 2));
        if (window.PositionOf((byte)'\n') is { } lineFeed)
        {
            line = WithoutCarriageReturn(Gather(rest.Slice(0, lineFeed)));
            if (line.Length > _lineBytesMax)
                return TooLong(ref line);
            MoveTo(_buffer.GetPosition(1, lineFeed));
            return LineStatus.Complete;
        }

        line = Gather(window.Slice(0, Math.Min(window.Length, _lineBytesMax + 1)));
        var isWithin = line.Length <= _lineBytesMax || (line[^1] == (byte)'\r' && window.Length == line.Length);
        if (!isWithin)
            return TooLong(ref line);
        if (!_isFinal || line.IsEmpty)
        {
            line = default;
            return LineStatus.Incomplete;
        }

        line = WithoutCarriageReturn(line);
        MoveTo(_buffer.End);
        return LineStatus.Complete;
    }

    private static LineStatus TooLong(ref ReadOnlySpan<byte> line)
    {
        line = line[..Math.Min(line.Length, TooLongBytesShown)];
        return LineStatus.TooLong;
    }

    private readonly ReadOnlySpan<byte> Gather(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
            return bytes.FirstSpan;
        bytes.CopyTo(_scratch);
        return _scratch[..(int)bytes.Length];
    }

    private void MoveTo(SequencePosition position)
    {
        _spanStart = position;
        _span = _buffer.Slice(position).FirstSpan;
        _at = 0;
    }

    private static ReadOnlySpan<byte> WithoutCarriageReturn(ReadOnlySpan<byte> line) =>
        !line.IsEmpty && line[^1] == (byte)'\r' ? line[..^1] : line;
}
