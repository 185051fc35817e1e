using System.Security.Cryptography;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Server.Dialling;

/// <summary>The operating system's own random bytes.</summary>
internal sealed class SystemRandomness : IRandomness
{
    /// <inheritdoc/>
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
