namespace ProxyHerd.Fuzz.Mutation;

/// <summary>The input that is being made, in a buffer of its own. What would not fit is cut off.</summary>
internal sealed class Draft
{
    /// <summary>The longest input: a HERD line at its limit, its end, and as much again as tells a reader that it is too long.</summary>
    public const int BytesMax = 9216;

    private readonly byte[] _bytes = new byte[BytesMax];
    private readonly byte[] _moved = new byte[BytesMax];

    /// <summary>Its bytes so far.</summary>
    public Span<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>How many.</summary>
    public int Length { get; private set; }

    /// <summary>Begins anew with these bytes.</summary>
    public void Set(ReadOnlySpan<byte> bytes)
    {
        Length = Math.Min(bytes.Length, BytesMax);
        bytes[..Length].CopyTo(_bytes);
    }

    /// <summary>Puts a piece, which must not lie in this draft, in place of some bytes.</summary>
    public void Replace(int at, int length, ReadOnlySpan<byte> piece)
    {
        var end = at + length;
        var tail = Length - end;
        piece = piece[..Math.Min(piece.Length, BytesMax - at)];
        tail = Math.Min(tail, BytesMax - at - piece.Length);
        _bytes.AsSpan(end, tail).CopyTo(_bytes.AsSpan(at + piece.Length));
        piece.CopyTo(_bytes.AsSpan(at));
        Length = at + piece.Length + tail;
    }

    /// <summary>Puts a piece of this draft, once or several times over, in place of some of its bytes.</summary>
    public void Repeat(int at, int length, int from, int fromLength, int times)
    {
        if (fromLength == 0)
            return;
        times = Math.Min(times, BytesMax / fromLength);
        var moved = _moved.AsSpan(0, times * fromLength);
        for (var done = 0; done < moved.Length; done += fromLength)
            _bytes.AsSpan(from, fromLength).CopyTo(moved[done..]);
        Replace(at, length, moved);
    }
}
