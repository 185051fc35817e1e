using System.ComponentModel;
using System.IO.Pipelines;

namespace ProxyHerd.Server.Transport;

/// <summary>
/// A thread that waits for events of many connections, and resumes their handlers itself. What these flush meanwhile is
/// sent at the end of the round, after all its events: the peer, woken by the first reply, finds the others when it comes
/// to look, where a reply at a time would put it to sleep and wake it for each. As a scheduler it runs what it is given
/// between the two: after all that could be read has been handled, and before anything is sent.
/// </summary>
internal sealed unsafe class PollingThread : PipeScheduler
{
    /// <summary>Events of a round: the first reply of it waits for as many requests, well under a millisecond.</summary>
    private const int EventsMax = 128;

    private const int Add = 1;
    private const int Remove = 2;

    [ThreadStatic]
    private static PollingThread? _current;

    private readonly int _epoll;
    private readonly int _waker;
    private readonly EventBuffer _events = new(EventsMax);
    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private readonly List<int> _retired = [];
    private IPolled?[] _polled = new IPolled?[64];
    private int _used;
    private volatile bool _hasRetired;
    private bool _isAsleep;
    private List<(Action<object?> Run, object? State)> _scheduled = [];
    private List<(Action<object?> Run, object? State)> _due = [];
    private List<EpollConnection> _toRead = [];
    private List<EpollConnection> _toSend = [];
    private List<EpollConnection> _reading = [];
    private List<EpollConnection> _sending = [];

    /// <summary>Makes and starts one.</summary>
    /// <param name="number">Which it is, for its name.</param>
    public PollingThread(int number)
    {
        _epoll = SystemCalls.CreateEpoll();
        if (_epoll < 0)
            throw new Win32Exception(SystemErrors.Last);
        _waker = SystemCalls.CreateWaker();
        if (_waker < 0)
            throw new Win32Exception(SystemErrors.Last);

        // Nobody takes its event: that it came is all, and each further wake is one more.
        var watch = stackalloc byte[EventBuffer.EventBytesMax];
        EventBuffer.Write(watch, PollEvents.In | PollEvents.EdgeTriggered, _used++);
        if (SystemCalls.ControlEpoll(_epoll, Add, _waker, watch) < 0)
            throw new Win32Exception(SystemErrors.Last);
        new Thread(Run) { Name = $"Polling {number}", IsBackground = true }.UnsafeStart();
    }

    /// <summary>Whether the caller is this thread.</summary>
    public bool IsCurrent => ReferenceEquals(_current, this);

    /// <summary>Which round it is in.</summary>
    public int Round { get; private set; }

    /// <summary>Blocks for the connections of this thread.</summary>
    public BlockPool Blocks { get; } = new();

    /// <summary>Watches a descriptor. Any thread may call it; the first event may be told before it returns.</summary>
    /// <returns>The place to give back with <see cref="Leave"/>, or -1 with a system error.</returns>
    public int Watch(int descriptor, IPolled polled, PollEvents events)
    {
        int place;
        lock (_lock)
        {
            if (!_free.TryPop(out place))
                place = _used++;
            if (place == _polled.Length)
            {
                var longer = new IPolled?[place * 2];
                _polled.CopyTo(longer, 0);
                Volatile.Write(ref _polled, longer);
            }

            Volatile.Write(ref _polled[place], polled);
        }

        var watch = stackalloc byte[EventBuffer.EventBytesMax];
        EventBuffer.Write(watch, events | PollEvents.EdgeTriggered, place);
        var result = SystemCalls.ControlEpoll(_epoll, Add, descriptor, watch);
        if (result == 0)
            return place;
        Retire(place);
        return result;
    }

    /// <summary>
    /// Watches a descriptor no more. Any thread may call it, before it closes the descriptor. An event that was under way
    /// is not told, or told to whom it was meant for: a place is not another's before the round is over.
    /// </summary>
    public void Leave(int place, int descriptor)
    {
        if (SystemCalls.ControlEpoll(_epoll, Remove, descriptor, null) < 0)
            throw new Win32Exception(SystemErrors.Last);
        Retire(place);
    }

    /// <summary>Has a connection read in the next round. Called on this thread alone.</summary>
    public void ReadInNextRound(EpollConnection connection) => _toRead.Add(connection);

    /// <summary>Has a connection send at the end of this round. Called on this thread alone.</summary>
    public void SendAtEndOfRound(EpollConnection connection) => _toSend.Add(connection);

    /// <inheritdoc/>
    public override void Schedule(Action<object?> action, object? state)
    {
        lock (_lock)
        {
            _scheduled.Add((action, state));
            if (!_isAsleep)
                return;
            _isAsleep = false;
        }

        SystemCalls.Wake(_waker);
    }

    private void Retire(int place)
    {
        lock (_lock)
        {
            _polled[place] = null;
            _retired.Add(place);
            _hasRetired = true;
        }
    }

    private void Run()
    {
        _current = this;
        while (true)
        {
            int wait;
            lock (_lock)
            {
                _isAsleep = _toRead.Count + _toSend.Count + _scheduled.Count == 0;
                wait = _isAsleep ? Timeout.Infinite : 0;
            }

            var count = SystemCalls.WaitForEvents(_epoll, _events.Start, _events.Length, wait);
            if (count < 0 && SystemErrors.Last != SystemErrors.Interrupted)
                throw new Win32Exception(SystemErrors.Last);
            Round++;

            // What is added from now on is of the next round, so that no connection can make this one endless.
            (_toRead, _reading) = (_reading, _toRead);
            for (var i = 0; i < count; i++)
            {
                var (events, place) = _events[i];
                Volatile.Read(ref Volatile.Read(ref _polled)[place])?.OnEvents(events);
            }

            // These had more to read than a round allows: they come last, so that the others do not wait for them.
            foreach (var connection in _reading)
                connection.OnEvents(PollEvents.None);
            _reading.Clear();
            RunScheduled();
            (_toSend, _sending) = (_sending, _toSend);
            foreach (var connection in _sending)
                connection.Send();
            _sending.Clear();
            if (_hasRetired)
                FreeRetired();
        }
    }

    private void RunScheduled()
    {
        lock (_lock)
        {
            _isAsleep = false;
            (_scheduled, _due) = (_due, _scheduled);
        }

        foreach (var (run, state) in _due)
            run(state);
        _due.Clear();
    }

    private void FreeRetired()
    {
        lock (_lock)
        {
            foreach (var place in _retired)
                _free.Push(place);
            _retired.Clear();
            _hasRetired = false;
        }
    }
}
