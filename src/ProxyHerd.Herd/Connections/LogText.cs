using System.Globalization;
using System.Text;

namespace ProxyHerd.Herd.Connections;

/// <summary>Bytes of a peer as text for a log: nothing in it can end a line or steer a terminal.</summary>
public static class LogText
{
    /// <summary>Beyond this a text says nothing more to a person, and a peer could fill the log with it.</summary>
    private const int CharactersMax = 200;

    /// <summary>Names that a peer gave, the first of them if they are many.</summary>
    public static string Of(IReadOnlyCollection<string> names) => names.Count == 0 ? "nobody" : Of(string.Join(", ", names));

    /// <summary>A text that a peer chose.</summary>
    public static string Of(string text) =>
        Of(Encoding.UTF8.GetBytes(text.Length > CharactersMax ? string.Concat(text.AsSpan(0, CharactersMax), "...") : text));

    /// <summary>Printable ASCII as it is, a backslash doubled, LF as <c>\n</c>, any other byte as <c>\xNN</c>.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            if (value == (byte)'\\')
                text.Append(@"\\");
            else if (value is >= 0x20 and < 0x7f)
                text.Append((char)value);
            else if (value == (byte)'\n')
                text.Append(@"\n");
            else
                text.Append(CultureInfo.InvariantCulture, $@"\x{value:x2}");
        }

        return text.ToString();
    }
}
