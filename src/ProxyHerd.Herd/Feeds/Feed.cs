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

    private readonly HeadTimes _times;
    private long _head;

    /// <param name="time">Tells how long updates have been waiting for a follower.</param>
    /// <param name="numbersMax">Numbers that followers can be behind before they scan, a power of two.</param>
    public Feed(TimeProvider time, int numbersMax = NumbersMax)
    {
        _times = new HeadTimes(time);
        Index = new FeedIndex(numbersMax);
    }

    /// <summary>Number of the last committed update; 0 before the first.</summary>
    public long Head => Volatile.Read(ref _head);

    internal FeedIndex Index { get; }

    /// <summary>Raised whenever the feed has grown, on the committing thread: whoever listens only sets a signal.</summary>
    internal event Action? Grown;

    /// <summary>
    /// How long the oldest update has been waiting that a follower has not read; nought if it has read all. What an earlier run
    /// gave counts from this one's start.
    /// </summary>
    /// <param name="cursor">The last number that it has read.</param>
    internal TimeSpan LagOf(long cursor) => cursor >= Head ? TimeSpan.Zero : _times.AgeOf(cursor + 1);

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
        _times.Note(_head + 1);
        Interlocked.Exchange(ref _head, lastSequence);
        Grown?.Invoke();
    }
}
