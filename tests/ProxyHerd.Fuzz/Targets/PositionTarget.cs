using System.Buffers;
using System.Buffers.Text;
using ProxyHerd.Protocol.Tests;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>What is taken as a position lies on the globe, and its degrees written with all decimals give the same degrees.</summary>
internal sealed class PositionTarget : IFuzzTarget
{
    private static readonly StandardFormat AllDecimals = new('F', Protocol.Position.FractionDigitsMax);

    private readonly byte[] _text = new byte[Protocol.Position.BytesMax];

    public string Name => "Position";

    public bool Run(ReadOnlySpan<byte> input)
    {
        var isPosition = Protocol.Position.TryParse(input, out var position);
        Oracle.Holds(Protocol.Position.IsValid(input) == isPosition, "IsValid and TryParse agree");
        if (!isPosition)
            return false;
        Oracle.Holds(input.Length <= Protocol.Position.BytesMax, "a position is within its limit");
        Oracle.Holds(position is { Latitude: >= -90 and <= 90, Longitude: >= -180 and <= 180 }, "it lies on the globe");
        var length = Write(position.Latitude, _text);
        length += Write(position.Longitude, _text.AsSpan(length));
        Oracle.Holds(Protocol.Position.TryParse(_text.AsSpan(0, length), out var again), "what is written parses");
        Oracle.Holds(again == position, "the degrees come back");
        return true;
    }

    public void Compare(ReadOnlySpan<byte> input) =>
        Oracle.Holds(Protocol.Position.IsValid(input) == ReferenceGrammar.IsPosition(Oracle.Text(input)), "the reference grammar agrees");

    private static int Write(double degrees, Span<byte> text)
    {
        text[0] = double.IsNegative(degrees) ? (byte)'-' : (byte)'+';
        Oracle.Holds(Utf8Formatter.TryFormat(Math.Abs(degrees), text[1..], out var written, AllDecimals), "there is room for all decimals");
        return 1 + written;
    }
}
