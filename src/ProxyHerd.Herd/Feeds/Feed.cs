using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Feeds;

/// <summary>The committed changes in order, each client once, at its latest change.</summary>
/// <remarks>
/// A client that changes again leaves its old place and takes the newest, so a follower that is behind sees only the
/// newest of each, and a slow one needs no queue.
/// </remarks>
public sealed class Feed
{
    /// <summary>
    /// Numbers in the index: 4 MB. A follower further behind scans the store, which costs it less than this many look-ups.
    /// </summary>
    public const int NumbersMax = 1 << 20;

    private long _head;

    /// <param name="numbersMax">Numbers that followers can be behind before they scan, a power of two.</param>
    public Feed(int numbersMax = NumbersMax) => Index = new FeedIndex(numbersMax);

    /// <summary>Number of the last committed update; 0 before the first.</summary>
    public long Head => Volatile.Read(ref _head);

    internal FeedIndex Index { get; }

    /// <summary>Raised whenever the feed has grown, on the committing thread: whoever listens only sets a signal.</summary>
    internal event Action? Grown;

    /// <summary>Goes on behind the last number that a journal held. Called before there is a follower.</summary>
    internal void Restore(long lastSequence, LocationStore store)
    {
        Index.Reserve(lastSequence);
        store.Enter(Index);
        _head = lastSequence;
    }

    /// <summary>Moves the head and tells the followers. Called by the committer alone.</summary>
    internal void Publish(long lastSequence)
    {
        Interlocked.Exchange(ref _head, lastSequence);
        Grown?.Invoke();
    }
}
