using System.Buffers;
using System.IO.Hashing;
using ProxyHerd.Fuzz.Mutation;
using ProxyHerd.Protocol;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>
/// The same lines come out whether the bytes lie in one piece, in segments, or arrive little by little. The limit and the
/// cuts follow from the input.
/// </summary>
internal sealed class LineReaderTarget : IFuzzTarget
{
    /// <summary>Small ones too, so that short inputs reach the limit and both its neighbours.</summary>
    private static readonly int[] Limits = [1, 2, 7, 16, 40, 80, 255, 256, 257, 512, AtLine.BytesMax, HerdLine.BytesMax];

    private readonly byte[] _bytes = new byte[Draft.BytesMax];
    private readonly byte[] _scratch = new byte[HerdLine.BytesMax + 1];
    private readonly SegmentChain _chain = new();
    private readonly FuzzRandom _shape = new(0);

    public string Name => "LineReader";

    public bool Run(ReadOnlySpan<byte> input) => Run(input, XxHash3.HashToUInt64(input));

    /// <summary>Feeds one input in another limit and other cuts than its own.</summary>
    public bool Run(ReadOnlySpan<byte> input, ulong shapeSeed)
    {
        input.CopyTo(_bytes);
        var bytes = _bytes.AsMemory(0, input.Length);
        _shape.Begin(shapeSeed);
        var limit = Limits[_shape.Below(Limits.Length)];
        return _shape.Below(4) switch
        {
            0 => Feed(bytes, limit),
            1 => ReadAll(new ReadOnlySequence<byte>(bytes), input, limit, isFinal: _shape.OnceIn(2)),
            _ => ReadAll(_chain.Cut(bytes, _shape), input, limit, isFinal: _shape.OnceIn(2)),
        } > 0;
    }

    public void Compare(ReadOnlySpan<byte> input)
    {
        // Run compares every input.
    }

    /// <summary>Reads a whole buffer.</summary>
    /// <returns>Complete lines.</returns>
    private int ReadAll(in ReadOnlySequence<byte> buffer, ReadOnlySpan<byte> bytes, int limit, bool isFinal)
    {
        var expected = new NaiveFraming(bytes, limit, isFinal);
        var reader = new LineReader(buffer, _scratch.AsSpan(0, limit + 1), limit, isFinal);
        for (var lines = 0; ; lines++)
        {
            var status = expected.Read(out var line);
            Oracle.Holds(reader.Read(out var read) == status, "a line is complete, incomplete or too long however it lies");
            Oracle.AreEqual(line, read, "a line is the same however it lies");
            Oracle.Holds(buffer.GetOffset(reader.Consumed) - buffer.GetOffset(buffer.Start) == expected.Consumed, "so much is consumed however it lies");
            if (status != LineStatus.Complete)
                return lines;
        }
    }

    /// <summary>Feeds bytes as they might arrive: what was not consumed stands before what comes next.</summary>
    /// <returns>Complete lines.</returns>
    private int Feed(ReadOnlyMemory<byte> bytes, int limit)
    {
        var expected = new NaiveFraming(bytes.Span, limit, isFinal: true);
        var stepMax = Math.Max(1 + _shape.Below(1 << _shape.Below(10)), bytes.Length / 16);
        var consumed = 0;
        var lines = 0;
        for (var arrived = 0; ;)
        {
            arrived = Math.Min(arrived + 1 + _shape.Below(stepMax), bytes.Length);
            var isFinal = arrived == bytes.Length;
            var buffer = _chain.Cut(bytes[consumed..arrived], _shape);
            var reader = new LineReader(buffer, _scratch.AsSpan(0, limit + 1), limit, isFinal);
            LineStatus status;
            while ((status = reader.Read(out var line)) != LineStatus.Incomplete)
            {
                Oracle.Holds(expected.Read(out var due) == status, "a line has the same status however it arrives");
                Oracle.AreEqual(due, line, "a line is the same however it arrives");
                if (status == LineStatus.TooLong)
                    return lines;
                lines++;
            }

            consumed += (int)(buffer.GetOffset(reader.Consumed) - buffer.GetOffset(buffer.Start));
            if (!isFinal)
                continue;
            Oracle.Holds(expected.Read(out _) == LineStatus.Incomplete && consumed == bytes.Length, "no line is left over");
            return lines;
        }
    }
}
