using System.Globalization;
using System.Text;

namespace ProxyHerd.Herd.Connections;

/// <summary>Bytes of a peer as text for a log: nothing in it can end a line or steer a terminal.</summary>
internal static class LogText
{
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
