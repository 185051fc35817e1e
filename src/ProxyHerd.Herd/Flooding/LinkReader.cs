using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Flooding;

/// <summary>The read loop of a link's connection.</summary>
internal static class LinkReader
{
    /// <summary>Reads until the peer ends or the session wants no more.</summary>
    /// <param name="input">What the peer sends.</param>
    /// <param name="lines">What takes its lines.</param>
    /// <param name="takesLastLine">
    /// Whether what is left without LF at the end is a line. Never on a HERD link: there it is half a line of a server
    /// that was killed, and half an AT line can read as a whole one with another time.
    /// </param>
    public static async Task RunAsync(PipeReader input, ILinkLines lines, bool takesLastLine)
    {
        while (true)
        {
            var result = await input.ReadAsync();
            var buffer = result.Buffer;
            var isLong = buffer.Length > ConnectionLimits.InlineBytesMax;
            var consumed = buffer.Start;
            bool goesOn;
            try
            {
                goesOn = HandleLines(buffer, takesLastLine && result.IsCompleted, lines, out consumed);
            }
            finally
            {
                input.AdvanceTo(consumed, buffer.End);
            }

            goesOn &= await lines.EndReadAsync(result.IsCanceled);
            if (!goesOn || result.IsCompleted)
                return;
            if (isLong)
                await Task.Yield();
        }
    }

    [SkipLocalsInit]
    private static bool HandleLines(in ReadOnlySequence<byte> buffer, bool isFinal, ILinkLines lines, out SequencePosition consumed)
    {
        Span<byte> gathered = stackalloc byte[HerdLine.BytesMax + 1];
        var reader = new LineReader(buffer, gathered, HerdLine.BytesMax, isFinal);
        lines.BeginRead();
        while (true)
        {
            var status = reader.Read(out var line);
            consumed = reader.Consumed;
            if (status == LineStatus.Incomplete)
                return true;
            if (status == LineStatus.TooLong)
            {
                lines.HandleTooLong();
                return false;
            }

            if (!lines.Handle(line))
                return false;
        }
    }
}
