using System.Globalization;
using System.Text;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>
/// Makes requests: <c>%k</c> a random key, <c>%c</c> the keys one after another, <c>%r</c> a random number, <c>%i</c>
/// the request's number, each with digits as wide as the number before the letter (<c>%6r</c>), <c>%T</c> the time as
/// seconds and nanoseconds, never the same twice, <c>\n \r \t</c>, and <c>%%</c>.
/// </summary>
internal sealed class RequestTemplate
{
    private const int DigitsMax = 20;

    private readonly List<Part> _parts = [];
    private readonly long _keys;
    private ulong _random;
    private long _count;
    private long _time;

    /// <param name="template">The text.</param>
    /// <param name="keys">How many different keys there are.</param>
    /// <param name="seed">The same seed gives the same requests, but for the time.</param>
    public RequestTemplate(string template, long keys, ulong seed)
    {
        _keys = keys;
        _random = (seed * 0x9E3779B97F4A7C15) | 1;
        Parse(template);
        BytesMax = _parts.Sum(part => part.Literal.Length + part.Width + (DigitsMax * 2));
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
                    at += Digits(destination[at..], (ulong)(Random() % _keys), part.Width);
                    break;
                case 'c':
                    at += Digits(destination[at..], (ulong)(_count % _keys), part.Width);
                    break;
                case 'r':
                    at += Digits(destination[at..], (ulong)(Random() % part.Range), part.Width);
                    break;
                case 'i':
                    at += Digits(destination[at..], (ulong)_count, part.Width);
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
        Span<byte> digits = stackalloc byte[DigitsMax];
        var at = DigitsMax;
        do
        {
            var tenth = value / 10;
            digits[--at] = (byte)('0' + (value - (tenth * 10)));
            value = tenth;
        }
        while (value != 0 || DigitsMax - at < width);
        digits[at..].CopyTo(destination);
        return DigitsMax - at;
    }

    /// <summary>xorshift64: plenty for keys, and cheap. Never negative.</summary>
    private long Random()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (long)(_random >> 1);
    }

    private void Parse(string template)
    {
        var literal = new StringBuilder();
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] == '\\' && i + 1 < template.Length)
            {
                literal.Append(template[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
                continue;
            }

            if (template[i] != '%')
            {
                literal.Append(template[i]);
                continue;
            }

            var digits = template[(i + 1)..].TakeWhile(char.IsAsciiDigit).Count();
            var width = digits == 0 ? 1 : int.Parse(template.AsSpan(i + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture);
            i += digits + 1;
            var letter = i < template.Length ? template[i] : '\0';
            if (letter == '%')
            {
                literal.Append('%');
                continue;
            }

            if (!"kcriT".Contains(letter, StringComparison.Ordinal) || width is < 1 or > 18)
                throw new FormatException($"Template: '%' at {i - digits - 1} needs one of k, c, r, i, T, with a width of 1 to 18; see RequestTemplate.");
            TakeLiteral(literal);
            _parts.Add(new Part(letter, [], width, (long)Math.Pow(10, width)));
        }

        TakeLiteral(literal);
    }

    private void TakeLiteral(StringBuilder literal)
    {
        if (literal.Length > 0)
            _parts.Add(new Part('\0', Encoding.UTF8.GetBytes(literal.ToString()), 0, 0));
        literal.Clear();
    }

    private sealed record Part(char Letter, byte[] Literal, int Width, long Range);
}
