using System.Buffers;

namespace ProxyHerd.Protocol;

/// <summary>Walks the fields of one line: runs of bytes between space, tab, CR, VT and FF.</summary>
/// <remarks>Bytes are never decoded, so a no-break space or any other Unicode space is part of a field.</remarks>
internal ref struct Fields(ReadOnlySpan<byte> line)
{
    private static readonly SearchValues<byte> Separators = SearchValues.Create(" \t\r\v\f"u8);

    private ReadOnlySpan<byte> _rest = line;

    /// <summary>The next field, or an empty one at the line's end.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var start = 0;
        while (start < _rest.Length && IsSeparator(_rest[start]))
            start++;
        var field = _rest[start..];
        var end = field.IndexOfAny(Separators);
        if (end < 0)
        {
            _rest = default;
            return field;
        }

        _rest = field[(end + 1)..];
        return field[..end];
    }

    /// <summary>Whether nothing but separators is left.</summary>
    public readonly bool IsAtEnd => !_rest.ContainsAnyExcept(Separators);

    /// <summary>What has not been walked.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    private static bool IsSeparator(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\v' or (byte)'\f';
}
