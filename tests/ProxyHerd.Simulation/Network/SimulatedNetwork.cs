using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Network;

/// <summary>Between the machines of a world: who can reach whom, and how long it takes.</summary>
internal sealed class SimulatedNetwork
{
    /// <summary>The machine that clients are on: it is never cut off as a whole.</summary>
    public const int Outside = 31;

    /// <summary>What was kept by a partition is sent again this much after its end at the latest.</summary>
    private static readonly TimeSpan RetransmissionMax = TimeSpan.FromMilliseconds(400);

    private readonly SeededRandom _random;
    private readonly Dictionary<(int From, int To), TimeSpan> _latencies = [];
    private readonly Func<int, ConnectionEnd?>?[] _listeners = new Func<int, ConnectionEnd?>?[Outside + 1];
    private readonly bool[] _isOff = new bool[Outside + 1];
    private readonly List<Partition> _partitions = [];
    private readonly List<Flow> _kept = [];
    private readonly List<Dial> _keptDials = [];
    private readonly List<Connection> _connections = [];
    private int _lastNumber;

    public SimulatedNetwork(World world, NetworkSettings settings)
    {
        World = world;
        Settings = settings;
        _random = world.Random.Split();
    }

    public World World { get; }

    public NetworkSettings Settings { get; }

    public IReadOnlyList<Partition> Partitions => _partitions;

    /// <summary>Connections that at least one end believes in.</summary>
    public IReadOnlyList<Connection> Connections
    {
        get
        {
            _connections.RemoveAll(static connection => connection.IsOver);
            return _connections;
        }
    }

    /// <summary>Has a machine's process take connections; null when it takes none.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="accept">Makes the listening end of a connection from a machine, or null to refuse it.</param>
    public void Listen(int machine, Func<int, ConnectionEnd?>? accept) => _listeners[machine] = accept;

    /// <summary>A machine that is off answers nothing, not even that nobody listens.</summary>
    public void SetOff(int machine, bool isOff)
    {
        _isOff[machine] = isOff;
        if (!isOff)
            Retry();
    }

    public void Add(Partition partition) => _partitions.Add(partition);

    public void Remove(Partition partition)
    {
        if (_partitions.Remove(partition))
            Retry();
    }

    /// <summary>Ends all that is wrong with the network; connections that have gone silent stay so.</summary>
    public void Heal()
    {
        _partitions.Clear();
        foreach (var connection in Connections)
        {
            connection.Forth.Heal();
            connection.Back.Heal();
        }

        Retry();
    }

    public Dial Dial(int from, int to, Func<ConnectionEnd> makeEnd, Action fail)
    {
        var dial = new Dial(from, to, makeEnd, fail);
        World.Schedule(LatencyOf(from, to), () => Arrive(dial));
        return dial;
    }

    /// <summary>The process of these ends has died. Its machine says so to the others, unless it is off.</summary>
    public void Die(IEnumerable<ConnectionEnd> ends, bool isOff)
    {
        foreach (var end in ends)
        {
            if (end.IsGone)
                continue;
            if (isOff)
            {
                end.Vanish();
                end.Outgoing.Lose();
            }
            else if (_random.Chance(0.5))
            {
                end.Reset();
            }
            else
            {
                end.Close();
            }
        }
    }

    public TimeSpan LatencyOf(int from, int to)
    {
        if (!_latencies.TryGetValue((from, to), out var latency))
            _latencies[(from, to)] = _latencies[(to, from)] = latency = _random.BetweenByMagnitude(Settings.LatencyMin, Settings.LatencyMax);
        var ticks = (long)(latency.Ticks * (1 + _random.Fraction()));
        var step = Settings.LatencyStep.Ticks;
        return TimeSpan.FromTicks((ticks + step - 1) / step * step);
    }

    /// <summary>How many of so many bytes arrive at once.</summary>
    public int PieceOf(int bytes) => bytes > 1 && _random.Chance(Settings.PieceChance) ? _random.Between(1, bytes - 1) : bytes;

    /// <summary>Whether something keeps a flow's bytes; then it is resumed when that is over.</summary>
    public bool Keep(Flow flow)
    {
        if (!IsKept(flow.From, flow.To))
            return false;
        _kept.Add(flow);
        return true;
    }

    /// <summary>Bytes have come for a connection that their machine knows nothing of.</summary>
    public void AnswerStray(Flow flow)
    {
        if (!_isOff[flow.To])
            flow.ResetSender();
    }

    private void Arrive(Dial dial)
    {
        if (dial.IsGivenUp)
            return;
        if (IsKept(dial.From, dial.To))
        {
            _keptDials.Add(dial);
            return;
        }

        var listener = _listeners[dial.To]?.Invoke(dial.From);
        var back = LatencyOf(dial.To, dial.From);
        if (listener is null)
        {
            World.Schedule(back, () =>
            {
                if (!dial.IsGivenUp)
                    dial.Fail();
            });
            return;
        }

        var connection = new Connection(this, ++_lastNumber, dial.MakeEnd(), listener);
        _connections.Add(connection);
        World.Trace.Add(dial.From, [(byte)dial.To]);
        if (listener is IAcceptedEnd accepted)
            accepted.Accepted();
        World.Schedule(back, () =>
        {
            if (dial.IsGivenUp)
                connection.Dialler.Close();
            else if (connection.Dialler is IDialledEnd dialled)
                dialled.Connected();
        });
    }

    private bool IsKept(int from, int to)
    {
        foreach (var partition in _partitions)
        {
            if (!partition.Keeps(from, to))
                continue;
            partition.Fault.TookEffect();
            return true;
        }

        return _isOff[to];
    }

    private void Retry()
    {
        foreach (var flow in _kept)
            World.Schedule(RetransmissionMax * _random.Fraction(), flow.Retry);
        foreach (var dial in _keptDials)
            World.Schedule(RetransmissionMax * _random.Fraction(), () => Arrive(dial));
        _kept.Clear();
        _keptDials.Clear();
    }
}
