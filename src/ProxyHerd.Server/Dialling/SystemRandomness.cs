using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Server.Dialling;

/// <summary>
/// The operating system's own random bytes. Linux is asked without .NET's cryptography, which would load OpenSSL: 10 ms of a start,
/// and 4 MB of a server that has no other use for it.
/// </summary>
internal sealed partial class SystemRandomness : IRandomness
{
    /// <summary>So much Linux gives whole, whatever interrupts it (getrandom(2)).</summary>
    private const int WholeBytesMax = 256;

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        if (!TryAskLinux(destination))
            RandomNumberGenerator.Fill(destination);
    }

    private static bool TryAskLinux(Span<byte> destination) =>
        OperatingSystem.IsLinux()
        && destination.Length <= WholeBytesMax
        && GetRandom(ref MemoryMarshal.GetReference(destination), destination.Length, 0) == destination.Length;

    [LibraryImport("libc", EntryPoint = "getrandom")]
    private static partial nint GetRandom(ref byte destination, nint length, uint flags);
}
