namespace ProxyHerd.Protocol;

/// <summary>What may stand as a client ID or a server's name.</summary>
public static class Names
{
    /// <summary>Longest client ID, in bytes. A device's URN or a host name fits; a record stays near 200 bytes.</summary>
    public const int ClientIdBytesMax = 255;

    /// <summary>Longest server name, in bytes: one DNS label and a little. It stands in every AT line.</summary>
    public const int ServerNameBytesMax = 64;

    /// <summary>1 to 255 bytes, none of them white space, a control byte or DEL. It need not be UTF-8.</summary>
    public static bool IsClientId(ReadOnlySpan<byte> value) => value.Length is >= 1 and <= ClientIdBytesMax && IsVisible(value);

    /// <summary>1 to 64 bytes of the client ID's kind.</summary>
    public static bool IsServerName(ReadOnlySpan<byte> value) => value.Length is >= 1 and <= ServerNameBytesMax && IsVisible(value);

    private static bool IsVisible(ReadOnlySpan<byte> value) =>
        !value.ContainsAnyInRange((byte)0x00, (byte)' ') && !value.Contains((byte)0x7f);
}
