using ProxyHerd.Protocol;
using ProxyHerd.Protocol.Tests;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>What is taken as an AT line is written with single spaces, and that parses to the very same.</summary>
internal sealed class AtLineTarget : IFuzzTarget
{
    private readonly byte[] _text = new byte[AtLine.BytesMax];

    public string Name => "AtLine";

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!AtLine.TryParse(input, out var at))
            return false;
        Oracle.Holds(Verbs.Of(input) == Verb.At, "an AT line has the verb AT");
        Oracle.Holds(Names.IsServerName(at.Server) && Names.IsClientId(at.ClientId), "names are within their limits");
        Oracle.Holds(at.TimeNanoseconds is >= 0 and < PosixTime.SecondsLimit * PosixTime.NanosecondsPerSecond, "the time is within its limit");
        Oracle.Holds(at.Length <= AtLine.BytesMax, "the line with single spaces is within its limit");
        var written = WriteWithin(at, _text);
        Oracle.Holds(AtLine.TryParse(written, out var again), "what is written parses");
        AreEqual(at, again);
        Oracle.AreEqual(at.ClientId, written.Slice(at.ClientIdOffset, at.ClientId.Length), "the client ID stands at its offset");
        return true;
    }

    public void Compare(ReadOnlySpan<byte> input) =>
        Oracle.Holds(AtLine.TryParse(input, out _) == ReferenceGrammar.IsAt(Oracle.Text(input)), "the reference grammar agrees");

    /// <summary>Writes a line to a span of just its length, so that one byte too many throws.</summary>
    internal static ReadOnlySpan<byte> WriteWithin(AtLine at, byte[] text)
    {
        var room = text.AsSpan(0, at.Length);
        Oracle.Holds(at.CopyTo(room) == room.Length, "Length is what CopyTo writes");
        return room;
    }

    internal static void AreEqual(AtLine at, AtLine again)
    {
        Oracle.AreEqual(at.Server, again.Server, "the server comes back");
        Oracle.AreEqual(at.Skew, again.Skew, "the skew's text comes back");
        Oracle.AreEqual(at.ClientId, again.ClientId, "the client ID comes back");
        Oracle.AreEqual(at.Position, again.Position, "the position comes back");
        Oracle.AreEqual(at.Time, again.Time, "the time's text comes back");
        Oracle.Holds(at.SkewNanoseconds == again.SkewNanoseconds, "the skew comes back");
        Oracle.Holds(at.TimeNanoseconds == again.TimeNanoseconds, "the time comes back");
        Oracle.Holds(at.Length == again.Length && at.ClientIdOffset == again.ClientIdOffset, "the lengths come back");
    }
}
