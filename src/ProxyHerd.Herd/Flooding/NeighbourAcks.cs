using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Herd.Flooding;

/// <summary>
/// How far the neighbours that keep what they acknowledge on disk have this server's feed, and who waits for that
/// (<see cref="Commits.Durability.DiskAndNeighbour"/>).
/// </summary>
internal sealed class NeighbourAcks(TimeProvider time, HerdMetrics metrics)
{
    /// <summary>How long an answer waits for a neighbour after its commit. Then it leaves without one, and is counted.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<object, long> _sessions = [];
    private readonly LinkedList<Waiter> _waiters = [];

    /// <summary>A session with such a neighbour is past FROM.</summary>
    /// <param name="session">The session.</param>
    /// <param name="have">How far the neighbour has the feed, from its HAVE if that was taken.</param>
    public void Begin(object session, long have)
    {
        lock (_lock)
            _sessions[session] = have;
        Release(have);
    }

    /// <summary>A neighbour has acknowledged a number; no matter if the session is one of another kind of neighbour.</summary>
    public void Acknowledge(object session, long sequence)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(session, out var acknowledged))
                return;
            _sessions[session] = Math.Max(acknowledged, sequence);
        }

        Release(sequence);
    }

    /// <summary>A session has ended: what it acknowledged tells nothing any more.</summary>
    public void End(object session)
    {
        lock (_lock)
            _sessions.Remove(session);
    }

    /// <summary>
    /// Completes once a neighbour has this server's feed up to a number, or none can be waited for, or after
    /// <see cref="WaitMax"/>.
    /// </summary>
    public ValueTask WaitAsync(long sequence)
    {
        var waiter = new Waiter(sequence);
        lock (_lock)
        {
            if (_sessions.Values.Any(acknowledged => acknowledged >= sequence))
                return ValueTask.CompletedTask;
            if (_sessions.Count == 0)
            {
                metrics.AnswerWithoutNeighbour();
                return ValueTask.CompletedTask;
            }

            // In the order of their numbers, which is nearly that of their arrival.
            var before = _waiters.Last;
            while (before is not null && before.Value.Sequence > sequence)
                before = before.Previous;
            if (before is null)
                _waiters.AddFirst(waiter.Node);
            else
                _waiters.AddAfter(before, waiter.Node);
        }

        return WaitAsync(waiter);
    }

    private async ValueTask WaitAsync(Waiter waiter)
    {
        using var limit = time.CreateTimer(_ => GiveUp(waiter), null, WaitMax, Timeout.InfiniteTimeSpan);
        await waiter.Done.Task;
    }

    private void Release(long sequence)
    {
        while (true)
        {
            Waiter waiter;
            lock (_lock)
            {
                if (_waiters.First is not { } first || first.Value.Sequence > sequence)
                    return;
                waiter = first.Value;
                _waiters.RemoveFirst();
            }

            waiter.Done.SetResult();
        }
    }

    private void GiveUp(Waiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node.List is null)
                return;
            _waiters.Remove(waiter.Node);
        }

        metrics.AnswerWithoutNeighbour();
        waiter.Done.SetResult();
    }

    private sealed class Waiter
    {
        public Waiter(long sequence)
        {
            Sequence = sequence;
            Node = new LinkedListNode<Waiter>(this);
        }

        public long Sequence { get; }

        public LinkedListNode<Waiter> Node { get; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
