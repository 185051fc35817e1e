using System.Buffers;
using System.Text;

namespace ProxyHerd.Server.Connections;

/// <summary>Tells by its first bytes whether a connection speaks TLS or HTTP.</summary>
internal static class ForeignProtocol
{
    /// <summary>A request line longer than this is not waited for: no browser's first line to a bare port is.</summary>
    private const int RequestLineBytesMax = 4096;

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

        // A TLS record: handshake, version 3.x.
        var first = buffer.FirstSpan[0];
        if (first == 0x16)
        {
            if (buffer.Length < 2)
                return isFinal;
            if (buffer.Slice(1).FirstSpan[0] == 0x03)
                name = "a TLS hello";
            return true;
        }

        if (!MayBeMethod(buffer))
            return true;
        if (buffer.PositionOf((byte)'\n') is not { } end)
            return isFinal || buffer.Length > RequestLineBytesMax;
        if (IsRequestLine(buffer.Slice(0, end).ToArray()))
            name = "an HTTP request";
        return true;
    }

    /// <summary>Whether it begins with a method and a space, as far as it has come.</summary>
    private static bool MayBeMethod(ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[8];
        start = start[..(int)Math.Min(start.Length, buffer.Length)];
        buffer.Slice(0, start.Length).CopyTo(start);
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
