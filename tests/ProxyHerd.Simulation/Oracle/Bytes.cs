using System.Text;

namespace ProxyHerd.Simulation.Oracle;

/// <summary>Lines as text, one char a byte.</summary>
internal static class Bytes
{
    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
