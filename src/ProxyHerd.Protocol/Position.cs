using System.Buffers.Text;

namespace ProxyHerd.Protocol;

/// <summary>A position in ISO 6709 decimal degrees, such as <c>+34.068930-118.445127</c>.</summary>
/// <param name="Latitude">Degrees, north positive, -90 to 90.</param>
/// <param name="Longitude">Degrees, east positive, -180 to 180.</param>
public readonly record struct Position(double Latitude, double Longitude)
{
    /// <summary>
    /// Fraction digits at most, of latitude and of longitude: 15 are finer than an atom, and a double holds no more.
    /// </summary>
    public const int FractionDigitsMax = 15;

    /// <summary>The longest position: two signs, 2 and 3 whole digits, two points and two fractions.</summary>
    public const int BytesMax = 2 + 2 + 3 + 2 + (2 * FractionDigitsMax);

    /// <summary>
    /// Whether a field is a position: both signs, one or two digits of latitude, one to three of longitude, each with
    /// an optional fraction of 1 to 15 digits; latitude within 90, longitude within 180. Limits are held on the digits,
    /// since a double would round <c>+90.000000000000001</c> to 90.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<byte> field) => FindLongitude(field) > 0;

    /// <summary>The degrees of a field that may be a position.</summary>
    public static bool TryParse(ReadOnlySpan<byte> field, out Position position)
    {
        var split = FindLongitude(field);
        if (split < 0 || !Utf8Parser.TryParse(field[..split], out double latitude, out _)
            || !Utf8Parser.TryParse(field[split..], out double longitude, out _))
        {
            position = default;
            return false;
        }

        position = new Position(latitude, longitude);
        return true;
    }

    /// <summary>Where the longitude's sign stands in a valid position; -1 in anything else.</summary>
    private static int FindLongitude(ReadOnlySpan<byte> field)
    {
        var split = DegreesLength(field, wholeDigitsMax: 2, limit: 90);
        return split > 0 && DegreesLength(field[split..], wholeDigitsMax: 3, limit: 180) == field.Length - split ? split : -1;
    }

    /// <summary>How many bytes of signed degrees a span begins with; -1 if none, or if they are beyond the limit.</summary>
    private static int DegreesLength(ReadOnlySpan<byte> span, int wholeDigitsMax, int limit)
    {
        if (span.IsEmpty || span[0] is not ((byte)'+' or (byte)'-'))
            return -1;
        var at = 1;
        var whole = 0;
        for (; at < span.Length && char.IsAsciiDigit((char)span[at]); at++)
        {
            if (at > wholeDigitsMax)
                return -1;
            whole = (whole * 10) + (span[at] - '0');
        }

        if (at == 1 || whole > limit)
            return -1;
        if (at == span.Length || span[at] != (byte)'.')
            return at;

        var fraction = ++at;
        var isWhole = true;
        for (; at < span.Length && char.IsAsciiDigit((char)span[at]); at++)
            isWhole &= span[at] == (byte)'0';
        return at - fraction is >= 1 and <= FractionDigitsMax && (whole < limit || isWhole) ? at : -1;
    }
}
