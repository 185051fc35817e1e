using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using ProxyHerd.Protocol;
using ProxyHerd.Protocol.Tests;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>What is taken as a WHATSAT has its numbers within their limits, and parses again once these are written.</summary>
internal sealed class WhatsatLineTarget : IFuzzTarget
{
    /// <summary>Decimals of a radius in kilometres that is written again: a nanometre.</summary>
    private static readonly StandardFormat Nanometres = new('F', 12);

    private readonly byte[] _text = new byte[512];

    public string Name => "WhatsatLine";

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!WhatsatLine.TryParse(input, out var whatsat))
            return false;
        Oracle.Holds(Verbs.Of(input) == Verb.Whatsat, "a WHATSAT has the verb WHATSAT");
        Oracle.Holds(Names.IsClientId(whatsat.ClientId), "the client ID is within its limit");
        Oracle.Holds(whatsat.RadiusMeters is > 0 and <= WhatsatLine.RadiusKilometersMax * 1000, "the radius is within its limits");
        Oracle.Holds(whatsat.Bound is >= 0 and <= WhatsatLine.BoundMax, "the bound is within its limits");

        // A radius below the last decimal that is written becomes a millimetre.
        var kilometres = Math.Max(whatsat.RadiusMeters / 1000, 1e-6);
        Oracle.Holds(WhatsatLine.TryParse(Write(whatsat.ClientId, kilometres, whatsat.Bound), out var again), "what is written parses");
        Oracle.AreEqual(whatsat.ClientId, again.ClientId, "the client ID comes back");
        Oracle.Holds(whatsat.Bound == again.Bound, "the bound comes back");
        Oracle.Holds(Math.Abs(again.RadiusMeters - (kilometres * 1000)) < 1e-8, "the radius comes back");
        return true;
    }

    public void Compare(ReadOnlySpan<byte> input)
    {
        var text = Oracle.Text(input);
        var isExpected = ReferenceGrammar.IsWhatsat(text) && !IsBelowAnyDouble(ReferenceGrammar.Fields(text)[2]);
        Oracle.Holds(WhatsatLine.TryParse(input, out _) == isExpected, "the reference grammar agrees");
    }

    /// <summary>Above 0 on paper, but no provider can be asked for it: that is refused.</summary>
    private static bool IsBelowAnyDouble(string radius) => double.Parse(radius, CultureInfo.InvariantCulture) == 0;

    private ReadOnlySpan<byte> Write(ReadOnlySpan<byte> clientId, double kilometres, int bound)
    {
        var text = _text.AsSpan();
        "WHATSAT "u8.CopyTo(text);
        var at = "WHATSAT "u8.Length;
        clientId.CopyTo(text[at..]);
        at += clientId.Length;
        text[at++] = (byte)' ';
        Utf8Formatter.TryFormat(kilometres, text[at..], out var written, Nanometres);
        at += written;
        text[at++] = (byte)' ';
        Utf8Formatter.TryFormat(bound, text[at..], out written);
        return text[..(at + written)];
    }
}
