using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Herd.Feeds;

/// <summary>The committed changes in order, each client once, at its latest change.</summary>
/// <remarks>
/// A client that changes again leaves its old place and takes the newest, so a follower that is behind sees only the
/// newest of each, and a slow one needs no queue.
/// </remarks>
public sealed class Feed
{
    private AsyncSignal[] _followers = [];
    private long _head;

    /// <summary>Number of the last committed update; 0 before the first.</summary>
    public long Head => Volatile.Read(ref _head);

    internal FeedIndex Index { get; } = new();

    /// <summary>Has a signal set whenever the feed has grown.</summary>
    internal void Subscribe(AsyncSignal signal)
    {
        AsyncSignal[] before, after;
        do
        {
            before = Volatile.Read(ref _followers);
            after = [.. before, signal];
        }
        while (Interlocked.CompareExchange(ref _followers, after, before) != before);
    }

    /// <summary>Undoes <see cref="Subscribe"/>.</summary>
    internal void Unsubscribe(AsyncSignal signal)
    {
        AsyncSignal[] before, after;
        do
        {
            before = Volatile.Read(ref _followers);
            after = [.. before.Where(other => other != signal)];
        }
        while (Interlocked.CompareExchange(ref _followers, after, before) != before);
    }

    /// <summary>Moves the head and tells the followers. Called by the committer alone.</summary>
    internal void Publish(long lastSequence)
    {
        Interlocked.Exchange(ref _head, lastSequence);
        foreach (var follower in Volatile.Read(ref _followers))
            follower.Set();
    }
}
