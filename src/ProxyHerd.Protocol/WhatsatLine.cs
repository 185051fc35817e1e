using System.Buffers.Text;

namespace ProxyHerd.Protocol;

/// <summary>A question for a client's location and the places near it. The span lies in the line that was parsed.</summary>
public readonly ref struct WhatsatLine
{
    /// <summary>Largest radius, in kilometres: what the original's provider takes.</summary>
    public const int RadiusKilometersMax = 50;

    /// <summary>Most places in an answer: one page of the original's provider.</summary>
    public const int BoundMax = 20;

    /// <summary>1 to 255 visible bytes.</summary>
    public ReadOnlySpan<byte> ClientId { get; private init; }

    /// <summary>Above 0, at most 50,000.</summary>
    public double RadiusMeters { get; private init; }

    /// <summary>0 to 20.</summary>
    public int Bound { get; private init; }

    /// <summary><c>WHATSAT kiwi.cs.ucla.edu 10 5</c></summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out WhatsatLine whatsat)
    {
        whatsat = default;
        var fields = new Fields(line);
        if (!fields.Next().SequenceEqual("WHATSAT"u8))
            return false;
        var clientId = fields.Next();
        var radius = fields.Next();
        var bound = fields.Next();
        if (!fields.IsAtEnd || !Names.IsClientId(clientId) || !TryParseRadius(radius, out var meters)
            || !TryParseBound(bound, out var most))
            return false;

        whatsat = new WhatsatLine { ClientId = clientId, RadiusMeters = meters, Bound = most };
        return true;
    }

    /// <summary>A plain decimal of kilometres; the limits are held on the digits, which a double would round.</summary>
    private static bool TryParseRadius(ReadOnlySpan<byte> field, out double meters)
    {
        meters = 0;
        var point = field.IndexOf((byte)'.');
        var whole = point < 0 ? field : field[..point];
        var fraction = point < 0 ? default : field[(point + 1)..];
        if (!IsDigits(whole) || (point >= 0 && !IsDigits(fraction)) || !TryParseWhole(whole, RadiusKilometersMax, out var kilometers))
            return false;
        var hasFraction = fraction.ContainsAnyExcept((byte)'0');
        if (kilometers == 0 ? !hasFraction : kilometers == RadiusKilometersMax && hasFraction)
            return false;
        if (!Utf8Parser.TryParse(field, out double value, out var read) || read != field.Length)
            return false;
        meters = value * 1000;
        return meters > 0;
    }

    private static bool TryParseBound(ReadOnlySpan<byte> field, out int bound) => TryParseWhole(field, BoundMax, out bound);

    private static bool TryParseWhole(ReadOnlySpan<byte> digits, int limit, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            value = (value * 10) + (digit - '0');
            if (value > limit)
                return false;
        }

        return !digits.IsEmpty;
    }

    private static bool IsDigits(ReadOnlySpan<byte> field) =>
        !field.IsEmpty && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
