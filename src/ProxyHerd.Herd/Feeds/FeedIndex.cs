namespace ProxyHerd.Herd.Feeds;

/// <summary>Which client has which number: the last so many committed updates.</summary>
/// <param name="numbersMax">Numbers held, a power of two.</param>
/// <remarks>
/// One writer, the committer. Readers need no lock: they look a number up, copy the line only if the client still has
/// that number, and afterwards ask whether the number was overwritten meanwhile (<see cref="Holds"/>).
/// </remarks>
internal sealed class FeedIndex(int numbersMax)
{
    private readonly uint[] _handles = new uint[numbersMax];
    private long _reserved;

    /// <summary>Says which numbers are about to be written, before the first of them is.</summary>
    public void Reserve(long lastSequence) => Interlocked.Exchange(ref _reserved, lastSequence);

    /// <summary>Enters a client at a number.</summary>
    public void Enter(long sequence, uint handle) => Volatile.Write(ref _handles[sequence & (_handles.Length - 1)], handle);

    /// <summary>The client at a number; another's if the number is no longer held.</summary>
    public uint this[long sequence] => Volatile.Read(ref _handles[sequence & (_handles.Length - 1)]);

    /// <summary>Whether a number, and all after it, are still held.</summary>
    public bool Holds(long sequence) => Volatile.Read(ref _reserved) - sequence < _handles.Length;
}
