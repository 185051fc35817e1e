using System.Globalization;
using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Oracle;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Clients;

/// <summary>All that clients do.</summary>
internal sealed class Traffic
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>From an update until another of its time reaches another server, at most.</summary>
    private static readonly TimeSpan TwinWithin = TimeSpan.FromMilliseconds(30);

    private static readonly TimeSpan SecondWithin = TimeSpan.FromSeconds(1);

    private readonly SeededRandom _random;
    private readonly List<SimulatedClient> _hot = [];
    private readonly List<string> _known = [];
    private readonly List<Caller> _callers = [];
    private int _lastCold;
    private bool _looks;

    public Traffic(World world, SimulatedNetwork network, Ledger ledger, TrafficSettings settings, int servers)
    {
        World = world;
        Network = network;
        Ledger = ledger;
        Settings = settings;
        Servers = servers;
        _random = world.Random.Split();
        for (var i = 0; i < settings.HotClients; i++)
            _hot.Add(NewClient($"hot{i}"));
        for (var i = 0; i < settings.Callers; i++)
            _callers.Add(new Caller(this, _random.Split()));
    }

    public World World { get; }

    public SimulatedNetwork Network { get; }

    public Ledger Ledger { get; }

    public TrafficSettings Settings { get; }

    public int Servers { get; }

    /// <summary>Whether requests are sent.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Requests that were answered with a question mark.</summary>
    public long Refused { get; set; }

    /// <summary>Nothing that was sent waits for an answer.</summary>
    public bool IsQuiet => _callers.All(static caller => caller.IsQuiet);

    public void Start()
    {
        IsOn = true;
        foreach (var caller in _callers)
            BurstLater(caller);
        if (!_looks)
            Look();
    }

    /// <summary>Sends nothing new; what was sent is answered, or given up.</summary>
    public void Stop() => IsOn = false;

    private void Look()
    {
        _looks = true;
        foreach (var caller in _callers)
            caller.Look();
        World.Schedule(LookEvery, Look);
    }

    private void BurstLater(Caller caller) => World.Schedule(_random.Until(Settings.BurstEvery), () =>
    {
        if (!IsOn)
            return;
        if (caller.IsConnected)
            Burst(caller);
        BurstLater(caller);
    });

    private void Burst(Caller caller)
    {
        if (_random.Chance(Settings.MoveShare))
        {
            caller.Move();
            return;
        }

        var requests = new List<Request>();
        for (var left = _random.Between(1, Settings.BurstMax); left > 0; left--)
        {
            if (_known.Count > 0 && _random.Chance(Settings.QuestionShare))
                requests.Add(new Request(_known[_random.Between(Math.Max(0, _known.Count - 200), _known.Count - 1)], null, null, _random.Below(3)));
            else
                requests.Add(NextUpdate(caller));
        }

        caller.Send(requests);
    }

    private Request NextUpdate(Caller caller)
    {
        var isCold = _random.Chance(Settings.ColdShare);
        var client = isCold ? NewClient($"cold{_lastCold++}") : _random.Pick(_hot);
        var now = ((MachineClock.TrueTime(World) - DateTimeOffset.UnixEpoch + client.ClockOffset).Ticks * 100) + _random.Below(100);
        var time = Math.Max(now, client.LastTime + 1);
        if (client.LastTime > 0 && _random.Chance(Settings.OldShare))
            time = client.LastTime - _random.Below(1_000_000_000);
        if (isCold && _random.Chance(Settings.SecondShare))
            SendSecond(caller, client);
        var isFirst = client.LastTime == 0;
        client.LastTime = Math.Max(client.LastTime, time);
        if (isFirst)
            _known.Add(client.Id);
        var update = new Request(client.Id, NewPosition(), TimeText(time));
        if (_random.Chance(Settings.TwinShare))
            SendTwin(update);
        return update;
    }

    private void SendSecond(Caller caller, SimulatedClient client) => World.Schedule(SecondWithin * _random.Fraction(), () =>
    {
        client.LastTime += _random.Between(1, 1_000_000_000);
        if (IsOn && caller.IsConnected)
            caller.Send([new Request(client.Id, NewPosition(), TimeText(client.LastTime))]);
    });

    private void SendTwin(Request update) => World.Schedule(TwinWithin * _random.Fraction() * _random.Fraction(), () =>
    {
        var caller = _random.Pick(_callers);
        if (IsOn && caller.IsConnected)
            caller.Send([update with { Position = NewPosition() }]);
    });

    private SimulatedClient NewClient(string id)
    {
        if (!_random.Chance(Settings.WrongClockShare))
            return new SimulatedClient(id, _random.Between(TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1)));

        // Either every server of a herd whose clocks err by no more than FaultSettings allows takes it, or none does: what
        // one takes and its neighbours refuse is not promised to be everywhere.
        var offset = _random.Chance(0.1)
            ? _random.Between(TimeSpan.FromHours(4), TimeSpan.FromHours(10))
            : _random.Between(TimeSpan.FromHours(-5), TimeSpan.FromMinutes(50));
        return new SimulatedClient(id, offset);
    }

    private string NewPosition() => string.Create(
        CultureInfo.InvariantCulture, $"+{_random.Below(90)}.{_random.Below(1_000_000):000000}-{_random.Below(180)}.{_random.Below(1_000_000):000000}");

    private static string TimeText(long nanoseconds) => string.Create(
        CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000_000}.{nanoseconds % 1_000_000_000:000000000}");
}
