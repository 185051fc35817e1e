using System.Globalization;
using System.Text;

namespace ProxyHerd.Fuzz;

/// <summary>
/// Inputs that are kept, one a line: printable ASCII as it is, a backslash doubled, any other byte as <c>\xNN</c>, LF also as
/// <c>\n</c>. Lines that begin with <c>#</c> say where the next ones come from; an input's own is <c>\x23</c>.
/// </summary>
internal static class CorpusFile
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Corpus");

    /// <summary>What a target begins with, and every input that it ever failed on.</summary>
    public static byte[][] Of(string target) => [.. Read(Path.Combine(Folder, $"{target}.txt")), .. Read(Path.Combine(Folder, "Found", $"{target}.txt"))];

    /// <summary>An input as a line of such a file.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            if (value == (byte)'\\')
                text.Append(@"\\");
            else if (value == (byte)'\n')
                text.Append(@"\n");
            else if (value is >= 0x20 and < 0x7f && !(value == (byte)'#' && text.Length == 0))
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $@"\x{value:x2}");
        }

        return text.ToString();
    }

    /// <summary>The input that a line of such a file stands for.</summary>
    public static byte[] Unescape(string line)
    {
        var bytes = new List<byte>(line.Length);
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] != '\\')
                bytes.Add((byte)line[at]);
            else if (line[++at] == 'x')
                bytes.Add(byte.Parse(line.AsSpan((at += 2) - 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            else
                bytes.Add(line[at] == 'n' ? (byte)'\n' : (byte)'\\');
        }

        return [.. bytes];
    }

    private static IEnumerable<byte[]> Read(string file) => !File.Exists(file)
        ? []
        : File.ReadAllLines(file).Where(line => !line.StartsWith('#')).Select(Unescape);
}
