using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>Rules, each with its name.</summary>
internal static class Oracle
{
    /// <summary>Fails unless a rule holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Holds([DoesNotReturnIf(false)] bool holds, string rule)
    {
        if (!holds)
            Fail(rule);
    }

    /// <summary>Fails unless two spans hold the same bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AreEqual(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string rule) =>
        Holds(expected.SequenceEqual(actual), rule);

    /// <summary>An input as the reference grammar reads it, one char a byte.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    [DoesNotReturn]
    private static void Fail(string rule) => throw new OracleException(rule);
}
