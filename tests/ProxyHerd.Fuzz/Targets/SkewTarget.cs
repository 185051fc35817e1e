using System.Buffers.Binary;
using ProxyHerd.Protocol;
using ProxyHerd.Protocol.Tests;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>What is taken as a skew, with or without an exponent, is written without one, and that is the same nanosecond.</summary>
internal sealed class SkewTarget : IFuzzTarget
{
    private readonly byte[] _text = new byte[PosixTime.SkewBytesMax];

    public string Name => "Skew";

    public bool Run(ReadOnlySpan<byte> input)
    {
        // Whatever the input is, some of its bytes are a number, and every number can be written and read.
        if (input.Length >= sizeof(long))
            ComesBack(BinaryPrimitives.ReadInt64LittleEndian(input));
        if (!PosixTime.TryParseSkew(input, out var nanoseconds))
            return false;
        ComesBack(nanoseconds);
        return true;
    }

    public void Compare(ReadOnlySpan<byte> input)
    {
        var isSkew = PosixTime.TryParseSkew(input, out var nanoseconds);
        var isExpected = ReferenceGrammar.TryParseSkew(Oracle.Text(input), out var expected);
        Oracle.Holds(isSkew == isExpected && (!isSkew || nanoseconds == expected), "the reference grammar agrees");
    }

    private void ComesBack(long nanoseconds)
    {
        var written = _text.AsSpan(0, PosixTime.FormatSkew(nanoseconds, _text));
        Oracle.Holds(written[0] is (byte)'+' or (byte)'-', "a skew is written with its sign");
        Oracle.Holds(PosixTime.TryParseSkew(written, out var again), "what is written parses");
        Oracle.Holds(again == nanoseconds, "the skew comes back");
    }
}
