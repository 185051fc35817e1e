namespace ProxyHerd.Herd.Feeds;

/// <summary>Which client has which number: the last million or so committed updates.</summary>
/// <remarks>
/// One writer, the committer. Readers need no lock: they look a number up, copy the line only if the client still has
/// that number, and afterwards ask whether the number was overwritten meanwhile (<see cref="Holds"/>).
/// </remarks>
internal sealed class FeedIndex
{
    /// <summary>
    /// Numbers held: 4 MB. A follower further behind scans the store, which costs it less than this many look-ups would.
    /// </summary>
    public const int Capacity = 1 << 20;

    private readonly uint[] _handles = new uint[Capacity];
    private long _reserved;

    /// <summary>Says which numbers are about to be written, before the first of them is.</summary>
    public void Reserve(long lastSequence) => Interlocked.Exchange(ref _reserved, lastSequence);

    /// <summary>Enters a client at a number.</summary>
    public void Enter(long sequence, uint handle) => Volatile.Write(ref _handles[sequence & (Capacity - 1)], handle);

    /// <summary>The client at a number; another's if the number is no longer held.</summary>
    public uint this[long sequence] => Volatile.Read(ref _handles[sequence & (Capacity - 1)]);

    /// <summary>Whether a number, and all after it, are still held.</summary>
    public bool Holds(long sequence) => Volatile.Read(ref _reserved) - sequence < Capacity;
}
