using System.Buffers;
using System.Numerics;

namespace ProxyHerd.Fuzz.Mutation;

/// <summary>Makes inputs: a line of the pool, changed once to eight times. Nothing is allocated.</summary>
internal sealed class Mutator(Pool pool, FuzzRandom random)
{
    private const int EditsMax = 8;

    private static ReadOnlySpan<byte> Separators => " \t\r\v\f"u8;

    private static readonly SearchValues<byte> FieldEnds = SearchValues.Create(" \t\r\v\f\n"u8);

    private readonly Draft _draft = new();

    /// <summary>The next input; good until the one after it.</summary>
    public ReadOnlySpan<byte> Next()
    {
        _draft.Set(pool.Pick());
        var edits = 1 + BitOperations.TrailingZeroCount(random.Next() | (1UL << (EditsMax - 1)));
        for (; edits > 0; edits--)
            Edit();
        return _draft.Bytes;
    }

    private void Edit()
    {
        switch (random.Below(16))
        {
            case 0:
                FlipBit();
                break;
            case 1:
                SetByte();
                break;
            case 2:
                _draft.Replace(Place(), 0, AnyByte());
                break;
            case 3:
                Delete();
                break;
            case 4:
                Duplicate();
                break;
            case 5:
                Splice();
                break;
            case 6 or 7:
                ReplaceField(Tokens.Words);
                break;
            case 8:
                _draft.Replace(Place(), 0, OneOf(Tokens.Words));
                break;
            case 9 or 10:
                ReplaceField(Tokens.Numbers);
                break;
            case 11:
                ReplaceNumber();
                break;
            case 12:
                ChangeDigit();
                break;
            case 13:
                CopyField();
                break;
            case 14:
                VarySpace();
                break;
            default:
                Lengthen();
                break;
        }
    }

    private int Place() => random.Below(_draft.Length + 1);

    private ReadOnlySpan<byte> OneOf(byte[][] pieces) => pieces[random.Below(pieces.Length)];

    private ReadOnlySpan<byte> AnyByte() => Tokens.Bytes.Slice(random.Below(Tokens.Bytes.Length), 1);

    private void FlipBit()
    {
        if (_draft.Length > 0)
            _draft.Bytes[random.Below(_draft.Length)] ^= (byte)(1 << random.Below(8));
    }

    private void SetByte()
    {
        if (_draft.Length > 0)
            _draft.Bytes[random.Below(_draft.Length)] = random.OnceIn(2) ? AnyByte()[0] : (byte)random.Next();
    }

    /// <summary>A byte, some bytes, or all up to the end.</summary>
    private void Delete()
    {
        var at = Place();
        var most = _draft.Length - at;
        var length = random.Below(4) switch { 0 => most, 1 => random.Below(most + 1), _ => Math.Min(1, most) };
        _draft.Replace(at, length, default);
    }

    private void Duplicate()
    {
        var from = Place();
        var length = Math.Min(1 + random.Below(16), _draft.Length - from);
        _draft.Repeat(Place(), 0, from, length, times: 1);
    }

    /// <summary>The beginning of this one and the end of another.</summary>
    private void Splice()
    {
        var other = pool.Pick();
        var at = Place();
        _draft.Replace(at, _draft.Length - at, other[random.Below(other.Length + 1)..]);
    }

    private void ReplaceField(byte[][] pieces)
    {
        var (start, length) = Field(Place());
        _draft.Replace(start, length, OneOf(pieces));
    }

    /// <summary>A run of digits becomes another number, whatever field it is part of.</summary>
    private void ReplaceNumber()
    {
        var bytes = _draft.Bytes;
        var start = Place();
        while (start < bytes.Length && !char.IsAsciiDigit((char)bytes[start]))
            start++;
        var end = start;
        while (end < bytes.Length && char.IsAsciiDigit((char)bytes[end]))
            end++;
        _draft.Replace(start, end - start, OneOf(Tokens.Numbers));
    }

    private void ChangeDigit()
    {
        foreach (ref var value in _draft.Bytes[Place()..])
        {
            if (!char.IsAsciiDigit((char)value))
                continue;
            value = (byte)('0' + random.Below(10));
            return;
        }
    }

    /// <summary>A field takes the place of another.</summary>
    private void CopyField()
    {
        var (from, fromLength) = Field(Place());
        var (start, length) = Field(Place());
        _draft.Repeat(start, length, from, fromLength, times: 1);
    }

    /// <summary>White space before, after or between fields becomes another run of it; or a line end is added.</summary>
    private void VarySpace()
    {
        Span<byte> space = stackalloc byte[1 + random.Below(3)];
        foreach (ref var value in space)
            value = Separators[random.Below(Separators.Length)];
        switch (random.Below(4))
        {
            case 0:
                _draft.Replace(0, 0, space);
                break;
            case 1:
                _draft.Replace(_draft.Length, 0, space);
                break;
            case 2:
                _draft.Replace(_draft.Length, 0, random.OnceIn(2) ? "\n"u8 : "\r\n"u8);
                break;
            default:
                var (start, length) = Field(Place());
                var end = start + length;
                _draft.Replace(end, Math.Min(1, _draft.Length - end), space);
                break;
        }
    }

    /// <summary>A field is made as long as a limit, or repeated as often; seldom, since long lines are slow.</summary>
    private void Lengthen()
    {
        var (start, length) = Field(Place());
        var wanted = Tokens.Lengths[random.Below(Tokens.Lengths.Length)];
        if (length == 0 || (wanted > 300 && !random.OnceIn(16)))
            return;
        if (random.OnceIn(4))
        {
            var withSpace = Math.Min(length + 1, _draft.Length - start);
            _draft.Repeat(start, withSpace, start, withSpace, Math.Min(wanted, random.OnceIn(16) ? 257 : 4));
            return;
        }

        // Whole, so that a number becomes a long number, or by its last byte, so that a decimal gets a long fraction.
        if (wanted <= length)
            _draft.Replace(start + wanted, length - wanted, default);
        else if (random.OnceIn(2))
            _draft.Repeat(start + length, 0, start + length - 1, 1, wanted - length);
        else
            _draft.Repeat(start, length, start, length, (wanted / length) + 1);
    }

    /// <summary>The field around or before a place; empty if there is only white space.</summary>
    private (int Start, int Length) Field(int at)
    {
        var bytes = _draft.Bytes;
        var head = bytes[..at];
        var start = head.LastIndexOfAny(FieldEnds) + 1;
        var rest = bytes[start..];
        var length = rest.IndexOfAny(FieldEnds);
        return (start, length < 0 ? rest.Length : length);
    }
}
