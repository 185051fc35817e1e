using System.Buffers;

namespace ProxyHerd.Server.Transport;

/// <summary>
/// Blocks for what connections receive and send, so that an idle one holds none. Any thread may call it.
/// </summary>
/// <remarks>
/// The shared array pool keeps 32 blocks of a size a core; a round of polling has one for each of its connections in use
/// at once, and would make garbage of the rest.
/// </remarks>
internal sealed class BlockPool
{
    /// <summary>A small block: the replies to a few requests, or half a line.</summary>
    public const int SmallBytes = 4 << 10;

    /// <summary>A large block: what is received at once, which is a TLS record and more lines than a round should spend on one client.</summary>
    public const int LargeBytes = 16 << 10;

    /// <summary>Small blocks kept: 4 MB, enough for a thousand connections with a reply under way.</summary>
    private const int SmallMax = 1024;

    /// <summary>
    /// Large blocks kept: 8 MB. Most go back before the next connection's turn; where many connections wait with some, what goes back
    /// would else be garbage as fast as replies are sent.
    /// </summary>
    private const int LargeMax = 512;

    private readonly Lock _lock = new();
    private readonly Stack<byte[]> _small = new();
    private readonly Stack<byte[]> _large = new();

    /// <summary>A block of at least so many bytes. What it holds is anyone's.</summary>
    public byte[] Rent(int bytesMin)
    {
        if (bytesMin > LargeBytes)
            return ArrayPool<byte>.Shared.Rent(bytesMin);
        var isSmall = bytesMin <= SmallBytes;
        lock (_lock)
        {
            if ((isSmall ? _small : _large).TryPop(out var block))
                return block;
        }

        return GC.AllocateUninitializedArray<byte>(isSmall ? SmallBytes : LargeBytes);
    }

    /// <summary>Gives a block back; nobody may touch it any more.</summary>
    public void Return(byte[] block)
    {
        if (block.Length > LargeBytes)
        {
            ArrayPool<byte>.Shared.Return(block);
            return;
        }

        var isSmall = block.Length == SmallBytes;
        var blocks = isSmall ? _small : _large;
        lock (_lock)
        {
            if (blocks.Count < (isSmall ? SmallMax : LargeMax))
                blocks.Push(block);
        }
    }
}
