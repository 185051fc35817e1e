using ProxyHerd.Protocol;
using ProxyHerd.Protocol.Tests;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>What is taken as an IAMAT is answered with an AT line that parses to what was told, byte for byte.</summary>
internal sealed class IamatLineTarget : IFuzzTarget
{
    private readonly byte[] _text = new byte[AtLine.BytesMax];
    private readonly byte[] _skew = new byte[PosixTime.SkewBytesMax];

    public string Name => "IamatLine";

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!IamatLine.TryParse(input, out var iamat))
            return false;
        Oracle.Holds(Verbs.Of(input) == Verb.Iamat, "an IAMAT has the verb IAMAT");

        // The clock is any, and follows from the input: as far from the client's time as a skew can be.
        var skew = unchecked((iamat.TimeNanoseconds * 0x5851f42d4c957f2d) + input.Length);
        var at = AtLine.From("Alford"u8, skew, iamat, _skew);
        Oracle.Holds(at.Length <= AtLine.BytesMax, "the answer is within an AT line's limit");
        Oracle.Holds(AtLine.TryParse(AtLineTarget.WriteWithin(at, _text), out var again), "the answer parses");
        AtLineTarget.AreEqual(at, again);
        Oracle.AreEqual(iamat.ClientId, again.ClientId, "the client ID is echoed");
        Oracle.AreEqual(iamat.Position, again.Position, "the position is echoed");
        Oracle.AreEqual(iamat.Time, again.Time, "the time is echoed");
        Oracle.Holds(iamat.TimeNanoseconds == again.TimeNanoseconds && skew == again.SkewNanoseconds, "time and skew come back");
        return true;
    }

    public void Compare(ReadOnlySpan<byte> input) =>
        Oracle.Holds(IamatLine.TryParse(input, out _) == ReferenceGrammar.IsIamat(Oracle.Text(input)), "the reference grammar agrees");
}
