using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace ProxyHerd.Protocol.Tests;

/// <summary>The design's grammar once more, in regular expressions and wide integers: slow, and easy to compare with its tables.</summary>
internal static partial class ReferenceGrammar
{
    public static string[] Fields(string line) => line.Split([' ', '\t', '\r', '\v', '\f'], StringSplitOptions.RemoveEmptyEntries);

    public static bool IsName(string field, int bytesMax) => field.Length <= bytesMax && Name().IsMatch(field);

    public static bool IsPosition(string field)
    {
        var match = Degrees().Match(field);
        return match.Success
            && decimal.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) <= 90
            && decimal.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) <= 180;
    }

    public static bool TryParseTime(string field, out long nanoseconds)
    {
        var isTime = Time().IsMatch(field) && decimal.Parse(field, CultureInfo.InvariantCulture) < 9_223_372_036m;
        nanoseconds = isTime ? (long)(decimal.Parse(field, CultureInfo.InvariantCulture) * 1_000_000_000m) : 0;
        return isTime;
    }

    public static bool TryParseSkew(string field, out long nanoseconds)
    {
        nanoseconds = 0;
        var match = Skew().Match(field);
        if (!match.Success)
            return false;
        var fraction = match.Groups["fraction"].Value;
        var digits = BigInteger.Parse(match.Groups["whole"].Value + fraction, CultureInfo.InvariantCulture);
        var exponent = match.Groups["exponent"].Success ? int.Parse(match.Groups["exponent"].Value, CultureInfo.InvariantCulture) : 0;
        var shift = exponent + 9 - fraction.Length;
        var value = shift >= 0 ? digits * BigInteger.Pow(10, shift) : digits / BigInteger.Pow(10, -shift);
        value = match.Groups["sign"].Value == "-" ? -value : value;
        if (value < long.MinValue || value > long.MaxValue)
            return false;
        nanoseconds = (long)value;
        return true;
    }

    public static bool IsIamat(string line) =>
        Fields(line) is ["IAMAT", var id, var position, var time]
        && IsName(id, 255) && IsPosition(position) && TryParseTime(time, out _);

    public static bool IsAt(string line) =>
        Fields(line) is ["AT", var server, var skew, var id, var position, var time]
        && IsName(server, 64) && TryParseSkew(skew, out _) && IsName(id, 255) && IsPosition(position) && TryParseTime(time, out _)
        && string.Join(' ', Fields(line)).Length <= 4096;

    public static bool IsWhatsat(string line) =>
        Fields(line) is ["WHATSAT", var id, var radius, var bound] && IsName(id, 255) && IsRadius(radius) && IsWhole(bound, 20);

    public static bool IsHerd(string line) => Fields(line) switch
    {
        ["HERD", "HELLO", "1", var speaker, var hearer, var boot, var durability, var nonce, .. var proof] =>
            IsName(speaker, 64) && IsName(hearer, 64) && IsHex(boot, 16) && IsName(durability, 64) && IsHex(nonce, 32)
            && (proof.Length == 0 || (proof.Length == 1 && IsHex(proof[0], 64))),
        ["HERD", "PROVE", var proof] => IsHex(proof, 64),
        ["HERD", "HAVE", "-", var sequence] => IsNumber(sequence, 0),
        ["HERD", "HAVE" or "FROM" or "MARK" or "ACK", var boot, var sequence] => IsHex(boot, 16) && IsNumber(sequence, long.MaxValue),
        ["HERD", "PING", var ping] => TryParseTime(ping, out _),
        ["HERD", "PONG", var ping, var pong] => TryParseTime(ping, out _) && TryParseTime(pong, out _),
        ["HERD", "DIGEST", var level, var index, .. var hashes] =>
            IsNumber(level, 1) && IsNumber(index, 255) && hashes.Length is >= 1 and <= 256 && hashes.All(hash => IsHex(hash, 16)),
        ["HERD", "WANT", .. var buckets] => buckets.Length is >= 1 and <= 256 && buckets.All(bucket => IsNumber(bucket, 65_535)),
        ["HERD", "BYE", var reason] => IsName(reason, 64),
        _ => false,
    };

    private static bool IsRadius(string field)
    {
        if (!PlainDecimal().IsMatch(field))
            return false;
        var decimals = field.Contains('.', StringComparison.Ordinal) ? field.Length - field.IndexOf('.', StringComparison.Ordinal) - 1 : 0;
        var digits = BigInteger.Parse(field.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return digits > 0 && digits <= 50 * BigInteger.Pow(10, decimals);
    }

    // The numbers of a link are at most as long as the largest sequence number.
    private static bool IsNumber(string field, long limit) => field.Length <= 19 && IsWhole(field, limit);

    private static bool IsWhole(string field, long limit) =>
        Number().IsMatch(field) && BigInteger.Parse(field, CultureInfo.InvariantCulture) <= limit;

    private static bool IsHex(string field, int length) => field.Length == length && Hex().IsMatch(field);

    [GeneratedRegex(@"^[^\x00-\x20\x7f]+\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[+-]([0-9]{1,2}(?:\.[0-9]{1,15})?)[+-]([0-9]{1,3}(?:\.[0-9]{1,15})?)\z")]
    private static partial Regex Degrees();

    [GeneratedRegex(@"^[0-9]{1,10}(\.[0-9]{1,9})?\z")]
    private static partial Regex Time();

    [GeneratedRegex(@"^(?<sign>[+-]?)(?<whole>[0-9]+)(\.(?<fraction>[0-9]+))?(e(?<exponent>[+-]?[0-9]{1,4}))?\z")]
    private static partial Regex Skew();

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?\z")]
    private static partial Regex PlainDecimal();

    [GeneratedRegex(@"^[0-9]+\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[0-9a-f]+\z")]
    private static partial Regex Hex();
}
