using System.Buffers;
using ProxyHerd.Fuzz.Mutation;

namespace ProxyHerd.Fuzz.Targets;

/// <summary>Cuts bytes into the segments that a pipe might hold them in. The segments are used again, so only one chain is in use.</summary>
internal sealed class SegmentChain
{
    private const int SegmentsMax = 64;

    private readonly Segment[] _segments = [.. Enumerable.Range(0, SegmentsMax).Select(_ => new Segment())];

    /// <summary>Cuts; how is up to the shape, which may give empty segments and segments of one byte.</summary>
    public ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, FuzzRandom shape)
    {
        // Mostly a few segments, as of a pipe; now and then dozens of one or a few bytes.
        var pieceMax = shape.OnceIn(8) ? 1 << shape.Below(4) : 1 + (bytes.Length / 2);
        var first = _segments[0];
        var last = first;
        var at = Math.Min(shape.Below(pieceMax + 1), bytes.Length);
        first.Set(bytes[..at], 0);
        for (var i = 1; i < SegmentsMax - 1 && at < bytes.Length; i++)
        {
            var length = Math.Min(shape.Below(pieceMax + 1), bytes.Length - at);
            last = last.Append(_segments[i], bytes.Slice(at, length));
            at += length;
        }

        if (at < bytes.Length)
            last = last.Append(_segments[^1], bytes[at..]);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public void Set(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
            Next = null;
        }

        public Segment Append(Segment next, ReadOnlyMemory<byte> memory)
        {
            next.Set(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
