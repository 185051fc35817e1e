namespace ProxyHerd.Simulation.Worlds;

/// <summary>What is to happen later, in the order of its time and number: a binary heap.</summary>
internal sealed class EventQueue
{
    private ScheduledEvent[] _heap = new ScheduledEvent[1024];

    public int Count { get; private set; }

    /// <summary>When the next is due; for ever away if there is none.</summary>
    public long NextDue => Count == 0 ? long.MaxValue : _heap[0].Due;

    public void Add(in ScheduledEvent added)
    {
        if (Count == _heap.Length)
            Array.Resize(ref _heap, Count * 2);
        var at = Count++;
        for (; at > 0; at = (at - 1) / 2)
        {
            ref var parent = ref _heap[(at - 1) / 2];
            if (!added.IsBefore(parent))
                break;
            _heap[at] = parent;
        }

        _heap[at] = added;
    }

    public ScheduledEvent Take()
    {
        var first = _heap[0];
        var moved = _heap[--Count];
        _heap[Count] = default;
        if (Count == 0)
            return first;
        var at = 0;
        for (var child = 1; child < Count; child = (2 * at) + 1)
        {
            if (child + 1 < Count && _heap[child + 1].IsBefore(_heap[child]))
                child++;
            if (!_heap[child].IsBefore(moved))
                break;
            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = moved;
        return first;
    }
}
