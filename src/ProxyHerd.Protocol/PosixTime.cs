using System.Buffers.Text;

namespace ProxyHerd.Protocol;

/// <summary>POSIX times and differences of them, as exact 64-bit nanoseconds; never a double.</summary>
public static class PosixTime
{
    /// <summary>Nanoseconds in a second.</summary>
    public const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Times are below this many seconds (in the year 2262), so that their nanoseconds fit in 64 bits.</summary>
    public const long SecondsLimit = 9_223_372_036;

    /// <summary>Longest skew that this server writes: a sign, ten digits, a point, nine decimals.</summary>
    public const int SkewBytesMax = 21;

    // One more digit cannot overflow what is at most this, and takes all that is larger beyond 64 signed bits.
    private const ulong MagnitudeMax = (ulong.MaxValue - 9) / 10;

    /// <summary>Parses <c>1*10DIGIT ["." 1*9DIGIT]</c>, below 9223372036.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out long nanoseconds)
    {
        nanoseconds = 0;
        var at = 0;
        long seconds = 0;
        for (; at < field.Length && char.IsAsciiDigit((char)field[at]); at++)
        {
            if (at == 10)
                return false;
            seconds = (seconds * 10) + (field[at] - '0');
        }

        if (at == 0 || seconds >= SecondsLimit)
            return false;
        nanoseconds = seconds * NanosecondsPerSecond;
        if (at == field.Length)
            return true;
        if (field[at++] != (byte)'.' || field.Length - at is < 1 or > 9)
            return false;

        var unit = NanosecondsPerSecond / 10;
        for (; at < field.Length; at++, unit /= 10)
        {
            if (!char.IsAsciiDigit((char)field[at]))
                return false;
            nanoseconds += (field[at] - '0') * unit;
        }

        return true;
    }

    /// <summary>
    /// Parses a skew as servers of any make write it: the sign may lack, any number of decimals, Python's exponent
    /// (<c>+5.006e-05</c>). What is finer than a nanosecond is cut off.
    /// </summary>
    public static bool TryParseSkew(ReadOnlySpan<byte> field, out long nanoseconds)
    {
        nanoseconds = 0;
        var isNegative = !field.IsEmpty && field[0] == (byte)'-';
        var digits = isNegative || (!field.IsEmpty && field[0] == (byte)'+') ? field[1..] : field;
        var exponent = 0;
        var mark = digits.IndexOf((byte)'e');
        if (mark >= 0)
        {
            if (!TryParseExponent(digits[(mark + 1)..], out exponent))
                return false;
            digits = digits[..mark];
        }

        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? default : digits[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && fraction.IsEmpty))
            return false;

        // Digits are taken up to the ninth behind the point, once the exponent has moved it.
        var wanted = whole.Length + exponent + 9;
        ulong magnitude = 0;
        if (!TryAppend(whole, ref magnitude, ref wanted) || !TryAppend(fraction, ref magnitude, ref wanted))
            return false;
        for (; wanted > 0 && magnitude != 0; wanted--)
        {
            if (magnitude > MagnitudeMax)
                return false;
            magnitude *= 10;
        }

        // The negative range is longer by one: whatever FormatSkew writes must come back.
        if (magnitude > (ulong)long.MaxValue + (isNegative ? 1UL : 0UL))
            return false;
        nanoseconds = isNegative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>Writes a sign, seconds, a point and nine decimals: <c>+54.108893381</c>.</summary>
    /// <param name="nanoseconds">Any value.</param>
    /// <param name="destination">At least <see cref="SkewBytesMax"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int FormatSkew(long nanoseconds, Span<byte> destination)
    {
        destination[0] = nanoseconds < 0 ? (byte)'-' : (byte)'+';
        return 1 + FormatSeconds((ulong)Int128.Abs(nanoseconds), destination[1..]);
    }

    /// <summary>Writes a POSIX time with nine decimals: <c>1400794645.392014450</c>.</summary>
    /// <param name="nanoseconds">Not negative.</param>
    /// <param name="destination">At least 20 bytes.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(long nanoseconds, Span<byte> destination) => FormatSeconds((ulong)nanoseconds, destination);

    private static int FormatSeconds(ulong nanoseconds, Span<byte> destination)
    {
        var (seconds, rest) = Math.DivRem(nanoseconds, (ulong)NanosecondsPerSecond);
        Utf8Formatter.TryFormat(seconds, destination, out var written);
        destination[written] = (byte)'.';
        var fraction = (uint)rest;
        for (var at = written + 9; at > written; at--)
        {
            var tenth = fraction / 10;
            destination[at] = (byte)('0' + (fraction - (tenth * 10)));
            fraction = tenth;
        }

        return written + 10;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> field, out int exponent)
    {
        // Four digits are beyond any double's exponent, and short of overflowing what is added to it.
        exponent = 0;
        var isNegative = !field.IsEmpty && field[0] == (byte)'-';
        var digits = isNegative || (!field.IsEmpty && field[0] == (byte)'+') ? field[1..] : field;
        if (digits.Length is < 1 or > 4)
            return false;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            exponent = (exponent * 10) + (digit - '0');
        }

        exponent = isNegative ? -exponent : exponent;
        return true;
    }

    private static bool TryAppend(ReadOnlySpan<byte> digits, ref ulong value, ref int wanted)
    {
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            if (wanted <= 0)
                continue;
            wanted--;
            if (value > MagnitudeMax)
                return false;
            value = (value * 10) + (ulong)(digit - '0');
        }

        return true;
    }
}
