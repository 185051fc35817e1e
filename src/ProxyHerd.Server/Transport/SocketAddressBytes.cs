using System.Buffers.Binary;
using System.Net;

namespace ProxyHerd.Server.Transport;

/// <summary>Reads <c>struct sockaddr_in</c> and <c>sockaddr_in6</c>.</summary>
internal static class SocketAddressBytes
{
    /// <summary>The longer of the two.</summary>
    public const int LengthMax = 28;

    private const int FamilyIPv4 = 2;
    private const int FamilyIPv6 = 10;

    /// <summary>Reads one.</summary>
    /// <returns>Null if it is of another family.</returns>
    public static IPEndPoint? ToEndPoint(ReadOnlySpan<byte> bytes)
    {
        // family (2, in the machine's order), port (2, in the network's), then IPv4: address (4);
        // IPv6: flow (4), address (16), scope (4, in the machine's order).
        if (bytes.Length < 8)
            return null;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return BitConverter.ToUInt16(bytes) switch
        {
            FamilyIPv4 => new IPEndPoint(new IPAddress(bytes.Slice(4, 4)), port),
            FamilyIPv6 when bytes.Length >= LengthMax => new IPEndPoint(new IPAddress(bytes.Slice(8, 16), BitConverter.ToUInt32(bytes[24..])), port),
            _ => null,
        };
    }
}
