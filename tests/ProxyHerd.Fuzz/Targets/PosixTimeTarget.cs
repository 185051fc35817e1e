using ProxyHerd.Protocol;
using ProxyHerd.Protocol.Tests;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>What is taken as a time is written with nine decimals, and that is the same nanosecond.</summary>
internal sealed class PosixTimeTarget : IFuzzTarget
{
    private readonly byte[] _text = new byte[20];

    public string Name => "PosixTime";

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!PosixTime.TryParse(input, out var nanoseconds))
            return false;
        Oracle.Holds(nanoseconds is >= 0 and < PosixTime.SecondsLimit * PosixTime.NanosecondsPerSecond, "the time is within its limit");
        Oracle.Holds(PosixTime.TryParse(_text.AsSpan(0, PosixTime.Format(nanoseconds, _text)), out var again), "what is written parses");
        Oracle.Holds(again == nanoseconds, "the time comes back");
        return true;
    }

    public void Compare(ReadOnlySpan<byte> input)
    {
        var isTime = PosixTime.TryParse(input, out var nanoseconds);
        var isExpected = ReferenceGrammar.TryParseTime(Oracle.Text(input), out var expected);
        Oracle.Holds(isTime == isExpected && (!isTime || nanoseconds == expected), "the reference grammar agrees");
    }
}
