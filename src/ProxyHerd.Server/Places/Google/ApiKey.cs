using System.Text;
using System.Text.RegularExpressions;

namespace ProxyHerd.Server.Places.Google;

/// <summary>A key of Google's, and what takes it out of text that leaves the server. It has no text of its own by accident.</summary>
internal sealed partial class ApiKey(string value)
{
    /// <summary>Google's have 39 letters. One as short as a word would be taken out of words.</summary>
    public const int LettersMin = 8;

    private const string Instead = "(key)";

    private readonly byte[] _utf8 = Encoding.ASCII.GetBytes(value);
    private readonly byte[] _escapedUtf8 = Encoding.ASCII.GetBytes(Uri.EscapeDataString(value));

    /// <summary>For the header of a call.</summary>
    public string Value { get; } = value;

    /// <summary>For the query of a URL.</summary>
    public string Escaped { get; } = Uri.EscapeDataString(value);

    /// <summary>
    /// Whether a text can be a key: it stands in a header and a URL, and is found again in JSON, so it is of visible ASCII
    /// without quotation marks and backslashes. Google's are of letters, digits, hyphens and low lines.
    /// </summary>
    public static bool IsOne(string text) => text.Length >= LettersMin && text.All(letter => letter is > ' ' and < '\x7f' and not ('"' or '\\'));

    /// <summary>A text about values that a person has set, without what looks like a key of Google's, in whatever value it was set.</summary>
    public static string TakeAnyOutOf(string text) => Any().Replace(text, Instead);

    /// <summary>The same text, without the key should it repeat it.</summary>
    public string TakeOutOf(string text) =>
        text.Replace(Escaped, Instead, StringComparison.Ordinal).Replace(Value, Instead, StringComparison.Ordinal);

    /// <summary>The same UTF-8, without the key should it repeat it, as it stands or as in a URL.</summary>
    public ReadOnlyMemory<byte> TakeOutOf(ReadOnlyMemory<byte> utf8)
    {
        var repeats = utf8.Span.IndexOf(_utf8) >= 0 || utf8.Span.IndexOf(_escapedUtf8) >= 0;
        return repeats ? Encoding.UTF8.GetBytes(TakeOutOf(Encoding.UTF8.GetString(utf8.Span))) : utf8;
    }

    /// <inheritdoc/>
    public override string ToString() => Instead;

    [GeneratedRegex("AIza[0-9A-Za-z_-]{35}")]
    private static partial Regex Any();
}
