using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Simulation.Clients;
using ProxyHerd.Simulation.Faults;
using ProxyHerd.Simulation.Network;
using ProxyHerd.Simulation.Oracle;
using ProxyHerd.Simulation.Servers;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation;

/// <summary>
/// One seed: a herd is started, clients talk to it while things go wrong, then all faults end, and what the servers hold
/// is compared with each other and with what was acknowledged.
/// </summary>
internal sealed class Simulation
{
    /// <summary>
    /// What a healthy herd may take to stand: a neighbour that fell silent is noticed in 15 s, one that was told BYE waits
    /// 30 s, and a redial that was just missed another 30 s.
    /// </summary>
    private static readonly TimeSpan LinkedMax = TimeSpan.FromSeconds(90);

    /// <summary>More than a round of repair takes; a herd that is not equal by then is taken never to be.</summary>
    private static readonly TimeSpan ConvergedMax = TimeSpan.FromSeconds(150);

    /// <summary>What is equal must stay so for as long.</summary>
    private static readonly TimeSpan StaysEqual = TimeSpan.FromSeconds(1);

    private readonly ulong _seed;
    private readonly SimulationOptions _options;
    private readonly World _world;
    private readonly Ledger _ledger;
    private readonly SimulatedHerd _herd;
    private readonly Traffic _traffic;
    private readonly FaultTally _faults = new();
    private readonly FaultInjector _injector;
    private TimeSpan _linked;
    private TimeSpan _converged;

    private Simulation(ulong seed, SimulationOptions options)
    {
        _seed = seed;
        _options = options;
        _world = new World(seed, options.HistoryOf);
        var mix = options.Mix;
        _ledger = new Ledger(_world, questionsPromise: mix.Herd.CountsFrom < Durability.DiskAndNeighbour);
        _herd = new SimulatedHerd(_world, mix.Herd, mix.Network, _ledger);
        _traffic = new Traffic(_world, _herd.Network, _ledger, mix.Traffic, mix.Herd.Servers);
        _injector = new FaultInjector(_herd, mix.Faults, _faults);
    }

    /// <summary>Simulates a seed on a thread of its own, since some of the servers' code keeps notes on its thread.</summary>
    public static SimulationResult Run(ulong seed, SimulationOptions options)
    {
        SimulationResult? result = null;
        Exception? fault = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = new Simulation(seed, options).Run();
            }
            catch (Exception exception)
            {
                fault = exception;
            }
        });
        thread.Start();
        thread.Join();
        return result ?? throw new InvalidOperationException($"Seed {seed} of mix {options.Mix.Name} could not be simulated.", fault);
    }

    private SimulationResult Run()
    {
        foreach (var machine in _herd.Machines)
            machine.Start();
        for (var round = 0; round < _options.Rounds && _ledger.Violations.Count == 0; round++)
            RunRound();
        if (_world.Crash is { } crash)
            _ledger.Violate(ViolationKind.Crash, null, crash.ToString());
        return new SimulationResult
        {
            Seed = _seed,
            TraceHash = _world.Trace.Value,
            Faults = _faults,
            Acknowledged = _ledger.Acknowledged,
            Doubtful = _ledger.Doubtful,
            Refused = _traffic.Refused,
            Clients = _ledger.Clients.Count,
            Steps = _world.Steps,
            Simulated = _world.Now,
            Converged = _converged,
            Linked = _linked,
            Violations = _ledger.Violations,
            History = _world.History.Entries,
        };
    }

    private void RunRound()
    {
        _traffic.Start();
        _injector.Start();
        _world.Run(_options.RoundTime);
        _traffic.Stop();
        if (_world.History.IsOn)
            _world.History.Note("all faults end");
        _injector.Heal();
        WaitUntilEqual();
        if (_world.Crash is not null)
            return;
        _world.Run(StaysEqual);
        if (_world.Crash is null)
            Judge.Check(_herd.Machines, _ledger, ExpiredBefore());
    }

    /// <summary>The server whose clock ran ahead the most may have forgotten that much more, and each does so by whole minutes.</summary>
    private long ExpiredBefore()
    {
        var mix = _options.Mix;
        if (mix.Herd.Limits.ExpireAfter is not { } after)
            return long.MinValue;
        var latest = MachineClock.TrueTime(_world) + mix.Faults.ClockAheadMax + TimeSpan.FromMinutes(1) - after;
        return (latest - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
    }

    /// <summary>
    /// What counts as healing is the time since the last moment when some link did not stand, since links have waits of their
    /// own, or when a disk was at a sync that had begun while it was slow.
    /// </summary>
    private void WaitUntilEqual()
    {
        var healed = _world.Now;
        var linked = healed;
        var isLinked = false;
        var isEqual = _world.Run(LinkedMax + ConvergedMax, () =>
        {
            var wasLinked = isLinked;
            isLinked = _traffic.IsQuiet && AreLinked() && !_herd.Machines.Any(static machine => machine.Sync.IsSlow);
            if (isLinked && !wasLinked)
                linked = _world.Now;
            return isLinked && Judge.AreEqual(_herd.Machines);
        });
        if (_world.Crash is not null)
            return;
        _linked = Max(_linked, linked - healed);
        _converged = Max(_converged, _world.Now - linked);
        if (!isEqual)
            _ledger.Violate(ViolationKind.Diverged, null, $"{_world.Now - healed} after the faults the links {(isLinked ? "stand" : "do not stand")}, the servers are not equal: {Links()}");
    }

    /// <summary>
    /// Whether every link is in use, on a connection that works. One that has gone silent looks so too until its dialler
    /// notices; what a listener alone still believes in is of no account.
    /// </summary>
    private bool AreLinked()
    {
        foreach (var machine in _herd.Machines)
        {
            if (machine.Process?.Server is not { } server)
                return false;
            foreach (var link in server.Links.Report())
            {
                if (link.State is not (LinkState.CatchingUp or LinkState.Live))
                    return false;
            }
        }

        return !_herd.Network.Connections.Any(static connection =>
            connection.Dialler.Host != SimulatedNetwork.Outside
            && !connection.Dialler.IsGone && (connection.IsHalfOpen || connection.Listener.IsGone));
    }

    private string Links() => string.Join("; ", _herd.Machines.Select(machine =>
        $"{machine.Name} {machine.Process?.Server?.Store.Count} {machine.Process?.Server?.Store.Digest:x16}: "
        + string.Join(", ", machine.Process?.Server?.Links.Report().Select(link => $"{link.Neighbour} {link.State} {link.Behind}") ?? [])));

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
