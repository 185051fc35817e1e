using System.Text;

namespace ProxyHerd.Protocol.Tests;

/// <summary>Lines as text, one char a byte, so that a table can hold bytes that are not UTF-8 (<c>\xC2\xA0</c>).</summary>
internal static class Bytes
{
    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
