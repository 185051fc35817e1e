using System.Buffers;
using System.Text;
using ProxyHerd.Protocol;

namespace ProxyHerd.Server.Connections;

/// <summary>Tells by its first bytes whether a connection speaks TLS or HTTP.</summary>
internal static class ForeignProtocol
{
    /// <summary>Beyond this the reader of lines answers and closes, whatever it is; up to there, no piece of a request line is let through.</summary>
    private const int RequestLineBytesMax = HerdLine.BytesMax;

    /// <summary>As many bytes as the longest method has, with its space.</summary>
    private const int StartBytes = 8;

    private static readonly string[] Methods = ["GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "TRACE ", "CONNECT ", "PRI "];

    private static readonly byte[][] MethodBytes = [.. Methods.Select(Encoding.ASCII.GetBytes)];

    /// <summary>Looks at what has come so far.</summary>
    /// <param name="buffer">What has come.</param>
    /// <param name="isFinal">Whether nothing more will.</param>
    /// <param name="name">The protocol, null if it is ours.</param>
    /// <returns>False if more bytes are needed to tell.</returns>
    public static bool TryDetect(ReadOnlySequence<byte> buffer, bool isFinal, out string? name)
    {
        name = null;
        if (buffer.IsEmpty)
            return isFinal;

        Span<byte> start = stackalloc byte[StartBytes];
        start = start[..(int)Math.Min(start.Length, buffer.Length)];
        buffer.Slice(0, start.Length).CopyTo(start);

        // A TLS record: handshake, version 3.x.
        if (start[0] == 0x16)
        {
            if (start.Length < 2)
                return isFinal;
            if (start[1] == 0x03)
                name = "a TLS hello";
            return true;
        }

        if (!MayBeMethod(start))
            return true;
        var end = buffer.PositionOf((byte)'\n') ?? (isFinal ? buffer.End : default(SequencePosition?));
        if (end is null)
            return buffer.Length > RequestLineBytesMax;
        if (IsRequestLine(buffer.Slice(0, end.Value).ToArray()))
            name = "an HTTP request";
        return true;
    }

    /// <summary>Whether it begins with a method and a space, as far as it has come.</summary>
    private static bool MayBeMethod(ReadOnlySpan<byte> start)
    {
        foreach (var method in MethodBytes)
        {
            var length = Math.Min(method.Length, start.Length);
            if (start[..length].SequenceEqual(method.AsSpan(0, length)))
                return true;
        }

        return false;
    }

    /// <summary><c>METHOD SP target SP HTTP/x.y</c></summary>
    private static bool IsRequestLine(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd((byte)'\r');
        var version = line[(line.LastIndexOf((byte)' ') + 1)..];
        return version.Length == 8 && version.StartsWith("HTTP/"u8);
    }
}
