using ProxyHerd.Simulation.Reports;

namespace ProxyHerd.Simulation.Worlds;

/// <summary>
/// The one thread of a simulation and its time. What is ready runs; when nothing is, time jumps to what is due next.
/// Two worlds of one seed do the same in the same order.
/// </summary>
internal sealed class World
{
    /// <summary>Steps without any time passing that are taken for code that never comes to rest.</summary>
    private const int StepsAtOnceMax = 10_000_000;

    /// <summary>One in so many ready continuations is taken out of turn: a thread pool promises no order either.</summary>
    private const double OutOfTurn = 1 / 16.0;

    private readonly EventQueue _later = new();
    private readonly SeededRandom _turns;
    private readonly RootContext _root;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private ScheduledEvent[] _ready = new ScheduledEvent[256];
    private int _readyStart;
    private int _readyCount;
    private long _number;

    /// <param name="seed">What all randomness comes from.</param>
    /// <param name="historyOf">The client whose history is kept; null to keep none.</param>
    public World(ulong seed, string? historyOf)
    {
        Random = new SeededRandom(seed);
        _turns = Random.Split();
        _root = new RootContext(this);
        Trace = new TraceHash(this);
        History = new History(this, historyOf);
    }

    /// <summary>What everything else of this world is drawn from.</summary>
    public SeededRandom Random { get; }

    /// <summary>Since the world began.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(NowTicks);

    public long NowTicks { get; private set; }

    /// <summary>Callbacks run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>What happened, as one number.</summary>
    public TraceHash Trace { get; }

    public History History { get; }

    /// <summary>An exception that nothing of the real code would have survived either.</summary>
    public Exception? Crash { get; private set; }

    /// <summary>Has something happen as soon as what is ready before it has.</summary>
    public void Post(SendOrPostCallback callback, object? state, ProcessContext? owner)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            throw new InvalidOperationException("A continuation has left the simulation's thread.");
        if (_readyCount == _ready.Length)
            GrowReady();
        _ready[(_readyStart + _readyCount++) & (_ready.Length - 1)] = new ScheduledEvent(NowTicks, 0, callback, state, owner);
    }

    /// <summary>Has something happen later.</summary>
    public void Schedule(TimeSpan after, Action action) => Schedule(after, static action => ((Action)action!)(), action, null);

    public void Schedule(TimeSpan after, SendOrPostCallback callback, object? state, ProcessContext? owner) =>
        _later.Add(new ScheduledEvent(NowTicks + Math.Max(0, after.Ticks), _number++, callback, state, owner));

    /// <summary>Runs for a time, or until a condition holds or something crashes.</summary>
    /// <returns>Whether the condition came to hold.</returns>
    public bool Run(TimeSpan time, Func<bool>? condition = null)
    {
        var before = SynchronizationContext.Current;
        var end = NowTicks + time.Ticks;
        var stepsAtOnce = 0;
        try
        {
            while (Crash is null)
            {
                if (_readyCount > 0)
                {
                    if (++stepsAtOnce > StepsAtOnceMax)
                        throw new InvalidOperationException($"The simulation does not come to rest at {Now}.");
                    Step(TakeReady());
                    continue;
                }

                if (condition?.Invoke() == true)
                    return true;
                if (_later.NextDue > end)
                    break;
                if (_later.NextDue > NowTicks)
                    stepsAtOnce = 0;
                NowTicks = Math.Max(NowTicks, _later.NextDue);
                Step(_later.Take());
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        if (Crash is not null)
            return false;
        NowTicks = end;
        return condition?.Invoke() == true;
    }

    /// <summary>Notes a task's exception, which ends the run.</summary>
    public async void Watch(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception)
        {
            Crash ??= exception;
        }
    }

    private void Step(in ScheduledEvent step)
    {
        var owner = step.Owner;
        if (owner is { IsDead: true })
            return;
        if (owner is { IsPaused: true })
        {
            owner.HoldUp(step.Callback, step.State);
            return;
        }

        Steps++;
        SynchronizationContext.SetSynchronizationContext(owner ?? (SynchronizationContext)_root);
        step.Callback(step.State);
    }

    private ScheduledEvent TakeReady()
    {
        var mask = _ready.Length - 1;
        if (_readyCount > 1 && _turns.Chance(OutOfTurn))
        {
            var other = (_readyStart + _turns.Below(_readyCount)) & mask;
            (_ready[other], _ready[_readyStart]) = (_ready[_readyStart], _ready[other]);
        }

        var taken = _ready[_readyStart];
        _ready[_readyStart] = default;
        _readyStart = (_readyStart + 1) & mask;
        _readyCount--;
        return taken;
    }

    private void GrowReady()
    {
        var larger = new ScheduledEvent[_ready.Length * 2];
        for (var i = 0; i < _readyCount; i++)
            larger[i] = _ready[(_readyStart + i) & (_ready.Length - 1)];
        _ready = larger;
        _readyStart = 0;
    }
}
