namespace ProxyHerd.Herd.Flooding;

/// <summary>Why a side ends a link.</summary>
internal static class ByeReasons
{
    /// <summary>A newer session of the same neighbour has taken its place.</summary>
    public static ReadOnlySpan<byte> Replaced => "replaced"u8;

    /// <summary>The speaker stops.</summary>
    public static ReadOnlySpan<byte> Stopping => "stopping"u8;

    /// <summary>The speaker's store takes no more clients.</summary>
    public static ReadOnlySpan<byte> Full => "full"u8;

    /// <summary>The speaker's clock was set right, and takes now what it refused in this session: it wants it again.</summary>
    public static ReadOnlySpan<byte> ClockSet => "clock-set"u8;

    /// <summary>The two do not name each other as neighbours that speak HERD.</summary>
    public static ReadOnlySpan<byte> NotNeighbours => "not-neighbours"u8;

    /// <summary>The proof does not fit: the two have different secrets.</summary>
    public static ReadOnlySpan<byte> WrongProof => "wrong-proof"u8;

    /// <summary>The hearer's certificate is for another server than it calls itself.</summary>
    public static ReadOnlySpan<byte> WrongCertificate => "wrong-certificate"u8;

    /// <summary>Lines that cannot be read, or that are out of turn.</summary>
    public static ReadOnlySpan<byte> Malformed => "malformed"u8;
}
