using System.Text;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>
/// Makes requests: <c>%k</c> a random key, <c>%c</c> the keys one after another, <c>%r</c> a random number, <c>%i</c>
/// the request's number, each with digits as wide as the number before the letter (<c>%6r</c>), <c>%T</c> the time as
/// seconds and nanoseconds, never the same twice, <c>\n \r \t</c>, and <c>%%</c>.
/// </summary>
internal sealed class RequestTemplate
{
    /// <summary>Digits of the largest number.</summary>
    private const int DigitsMax = 19;

    private static readonly ulong[] PowersOfTen = [.. Enumerable.Range(0, DigitsMax + 1).Select(digits => (ulong)Math.Pow(10, digits))];

    private readonly Part[] _parts;
    private readonly ulong _keys;
    private ulong _random;
    private ulong _count;
    private long _time;

    /// <param name="template">The text.</param>
    /// <param name="keys">How many different keys there are.</param>
    /// <param name="seed">The same seed gives the same requests, but for the time.</param>
    public RequestTemplate(string template, long keys, ulong seed)
    {
        _keys = (ulong)keys;
        _random = (seed * 0x9E3779B97F4A7C15) | 1;
        _parts = [.. Parse(template)];
        BytesMax = _parts.Sum(part => part.Literal.Length + (DigitsMax * 2));
    }

    /// <summary>Longest request, in bytes.</summary>
    public int BytesMax { get; }

    /// <summary>Writes the next request.</summary>
    /// <param name="destination">At least <see cref="BytesMax"/> bytes.</param>
    /// <param name="now">Nanoseconds since 1970.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination, long now)
    {
        var at = 0;
        foreach (var part in _parts)
        {
            switch (part.Letter)
            {
                case 'k':
                    at += Digits(destination[at..], Random(_keys), part.Width);
                    break;
                case 'c':
                    at += Digits(destination[at..], _count % _keys, part.Width);
                    break;
                case 'r':
                    at += Digits(destination[at..], Random(PowersOfTen[part.Width]), part.Width);
                    break;
                case 'i':
                    at += Digits(destination[at..], _count, part.Width);
                    break;
                case 'T':
                    at += Time(destination[at..], now);
                    break;
                default:
                    part.Literal.CopyTo(destination[at..]);
                    at += part.Literal.Length;
                    break;
            }
        }

        _count++;
        return at;
    }

    private int Time(Span<byte> destination, long now)
    {
        _time = Math.Max(_time + 1, now);
        var (seconds, nanoseconds) = Math.DivRem((ulong)_time, 1_000_000_000UL);
        var at = Digits(destination, seconds, 1);
        destination[at] = (byte)'.';
        return at + 1 + Digits(destination[(at + 1)..], nanoseconds, 9);
    }

    private static int Digits(Span<byte> destination, ulong value, int width)
    {
        while (width < DigitsMax && value >= PowersOfTen[width])
            width++;
        for (var at = width - 1; at >= 0; at--)
        {
            var tenth = value / 10;
            destination[at] = (byte)('0' + (value - (tenth * 10)));
            value = tenth;
        }

        return width;
    }

    /// <summary>0 to <paramref name="range"/> - 1. xorshift64: plenty for keys, and cheap; a product is cheaper than a remainder.</summary>
    private ulong Random(ulong range)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return Math.BigMul(_random, range, out _);
    }

    private static List<Part> Parse(string template)
    {
        var parts = new List<Part>();
        var literal = new StringBuilder();
        for (var at = 0; at < template.Length; at++)
        {
            if (template[at] == '\\' && at + 1 < template.Length)
                literal.Append(template[++at] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
            else if (template[at] != '%')
                literal.Append(template[at]);
            else if (ParsePart(template, ref at) is not { Letter: not '%' } part)
                literal.Append('%');
            else
                parts.AddRange([LiteralOf(literal), part]);
        }

        parts.Add(LiteralOf(literal));
        return parts;
    }

    private static Part ParsePart(string template, ref int at)
    {
        var start = at++;
        var width = 0;
        for (; at < template.Length && char.IsAsciiDigit(template[at]); at++)
            width = Math.Min((width * 10) + (template[at] - '0'), DigitsMax);
        if (at == template.Length || !"kcriT%".Contains(template[at], StringComparison.Ordinal) || width == DigitsMax)
            throw new FormatException($"Template: '{template[start..Math.Min(at + 1, template.Length)]}' is none of %k, %c, %r, %i, %T, %% with a width below {DigitsMax}.");
        return new Part(template[at], [], Math.Max(width, 1));
    }

    private static Part LiteralOf(StringBuilder text)
    {
        var part = new Part('\0', Encoding.UTF8.GetBytes(text.ToString()), 0);
        text.Clear();
        return part;
    }

    private sealed record Part(char Letter, byte[] Literal, int Width);
}
