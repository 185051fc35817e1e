using System.Text;

namespace ProxyHerd.Herd.Tests;

/// <summary>Lines as text, one char a byte, so that a test can hold bytes that are not UTF-8.</summary>
internal static class Bytes
{
    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
