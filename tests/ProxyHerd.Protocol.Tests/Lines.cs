using CsCheck;

namespace ProxyHerd.Protocol.Tests;

/// <summary>Random fields that the grammar takes, and lines that it may or may not take any longer.</summary>
internal static class Lines
{
    public static readonly Gen<string> Separator = Gen.Char[" \t\r\v\f"].Array[1, 4].Select(chars => new string(chars));

    public static readonly Gen<string> Position = Gen.Select(
        Gen.OneOf("+", "-"), Fixed(0, 89, 2), Gen.OneOf("+", "-"), Fixed(0, 179, 3)).Select(
        (north, latitude, east, longitude) => north + latitude + east + longitude);

    public static readonly Gen<string> Time = Gen.Select(
        Gen.OneOf<long>(Gen.Long[0, PosixTime.SecondsLimit - 1], Gen.Long[0, 9]),
        Gen.Char['0', '9'].Array[0, 9]).Select((seconds, fraction) => seconds + Fraction(fraction));

    /// <summary>A valid line with up to four bytes or fields changed, dropped, doubled or added.</summary>
    public static readonly Gen<string> Mutated = Gen.Select(Gen.OneOf(Samples.All), Edit.Array[0, 4]).Select(
        (line, edits) => edits.Aggregate(line, (text, edit) => edit(text)));

    public static Gen<string> Name(int bytesMax) =>
        Gen.Char['\x21', '\xFF'].Where(value => value != '\x7F').Array[1, bytesMax].Select(chars => new string(chars));

    private static Gen<Func<string, string>> Edit => Gen.Select(Gen.Int[0, 8], Gen.Double[0, 0.999999], Gen.Double[0, 1], Piece).Select(
        (kind, where, length, piece) => new Func<string, string>(line => Apply(line, kind, where, length, piece)));

    // Bytes on which the grammar turns, and now and then any other.
    private static Gen<string> Piece => Gen.OneOf<string>(
        Gen.OneOf(" ", "\t", "\r", "\v", "\f", "\n", "\0", "\x7F", "\xA0", "\xC2\xA0", "\xFF"),
        Gen.OneOf("+", "-", ".", "/", ":", ",", "e", "E", "e-05", "e+03", "0", "9", "1", "50", "90", "180", "20", "21", "f", "g", "-0"),
        Gen.OneOf("IAMAT", "AT", "WHATSAT", "HERD", "MARK", "BYE", Samples.Boot, "00000000000000", "99999999999"),
        Gen.Byte.Select(value => ((char)value).ToString()));

    private static string Apply(string line, int kind, double where, double length, string piece)
    {
        var at = (int)(where * (line.Length + 1));
        var end = Math.Min(line.Length, at + 1);
        var fields = line.Split(' ');
        var field = (int)(where * fields.Length);
        switch (kind)
        {
            case 0 or 1:
                return line[..at] + piece + line[end..];
            case 2 or 3:
                return line[..at] + piece + line[at..];
            case 4:
                return line[..at] + line[end..];
            case 5:
                return line[..at] + line[(at + (int)(length * (line.Length - at)))..];
            case 6:
                fields[field] = piece;
                return string.Join(' ', fields);
            case 7:
                fields[field] += fields[(int)(length * (fields.Length - 1))];
                return string.Join(' ', fields);
            default:
                (fields[field], fields[0]) = (fields[0], fields[field]);
                return string.Join(' ', fields);
        }
    }

    private static Gen<string> Fixed(int least, int most, int digits) =>
        Gen.Select(Gen.Int[least, most], Gen.Bool, Gen.Char['0', '9'].Array[0, Protocol.Position.FractionDigitsMax]).Select(
            (whole, isPadded, fraction) => $"{whole}".PadLeft(isPadded ? digits : 1, '0') + Fraction(fraction));

    private static string Fraction(char[] digits) => digits.Length == 0 ? "" : "." + new string(digits);
}
