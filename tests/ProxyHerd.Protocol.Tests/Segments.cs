using System.Buffers;

namespace ProxyHerd.Protocol.Tests;

/// <summary>Buffers as a pipe hands them out: one piece of memory, or a chain of them.</summary>
internal static class Segments
{
    public static ReadOnlySequence<byte> Of(params IReadOnlyList<byte[]> pieces)
    {
        var first = new Segment(pieces[0], 0);
        var last = first;
        foreach (var piece in pieces.Skip(1))
            last = last.Append(piece);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>Cuts before the given indexes; the same index twice leaves an empty segment between.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, params IEnumerable<int> indexes) => Of(Pieces(bytes, indexes));

    public static ReadOnlySequence<byte> OneByteEach(byte[] bytes) => Cut(bytes, Enumerable.Range(1, Math.Max(0, bytes.Length - 1)));

    public static List<byte[]> Pieces(byte[] bytes, IEnumerable<int> indexes)
    {
        var pieces = new List<byte[]>();
        var start = 0;
        foreach (var index in indexes.Order())
        {
            pieces.Add(bytes[start..index]);
            start = index;
        }

        pieces.Add(bytes[start..]);
        return pieces;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long runningIndex)
        {
            Memory = bytes;
            RunningIndex = runningIndex;
        }

        public Segment Append(byte[] bytes)
        {
            var next = new Segment(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
