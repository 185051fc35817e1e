using System.Buffers;
using Xunit;

namespace ProxyHerd.Protocol.Tests;

/// <summary>What one call of a reader gave, and how far it had then consumed its buffer.</summary>
internal sealed record Framed(LineStatus Status, string Line, long Consumed)
{
    /// <summary>Calls the reader until it gives something other than a line.</summary>
    public static List<Framed> ReadAll(ReadOnlySequence<byte> buffer, int lineBytesMax = 4096, bool isFinal = false)
    {
        var framed = new List<Framed>();
        var reader = new LineReader(buffer, new byte[lineBytesMax + 1], lineBytesMax, isFinal);
        LineStatus status;
        do
        {
            status = reader.Read(out var line);
            framed.Add(new Framed(status, Bytes.Text(line), buffer.Slice(0, reader.Consumed).Length));
            // Every line takes a byte at least; a reader that goes round in circles fails here instead of filling the memory.
            Assert.True(framed.Count <= buffer.Length + 1);
        }
        while (status == LineStatus.Complete);
        return framed;
    }

    /// <summary>The same from the design's words alone, with no thought for segments or speed.</summary>
    public static List<Framed> ReadAllNaively(string text, int lineBytesMax, bool isFinal)
    {
        var framed = new List<Framed>();
        var start = 0;
        while (true)
        {
            var rest = text[start..];
            var end = rest.IndexOf('\n', StringComparison.Ordinal);
            var isLine = end >= 0 || (isFinal && rest.Length > 0);
            var raw = end >= 0 ? rest[..end] : rest;
            // The CR may belong to a line end whose LF is still to come.
            var line = raw.EndsWith('\r') ? raw[..^1] : raw;
            if (line.Length > lineBytesMax)
            {
                framed.Add(new Framed(LineStatus.TooLong, rest[..Math.Min(lineBytesMax + 1, LineReader.TooLongBytesShown)], start));
                return framed;
            }

            if (!isLine)
            {
                framed.Add(new Framed(LineStatus.Incomplete, "", start));
                return framed;
            }

            start += end >= 0 ? end + 1 : rest.Length;
            framed.Add(new Framed(LineStatus.Complete, line, start));
        }
    }
}
