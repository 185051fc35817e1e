using ProxyHerd.Simulation.Servers;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Faults;

/// <summary>Makes things go wrong while it is on, and puts all right again when it is told to.</summary>
internal sealed class FaultInjector
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly SimulatedHerd _herd;
    private readonly FaultSettings _settings;
    private readonly FaultTally _tally;
    private readonly SeededRandom _random;
    private readonly NetworkFaults _network;
    private readonly ServerFaults _servers;
    private readonly DiskFaults _disks;
    private readonly int _weights;
    private bool _isOn;
    private int _round;

    public FaultInjector(SimulatedHerd herd, FaultSettings settings, FaultTally tally)
    {
        _herd = herd;
        _settings = settings;
        _tally = tally;
        _random = herd.World.Random.Split();
        _network = new NetworkFaults(herd, _random);
        _servers = new ServerFaults(herd, settings, _random, tally);
        _disks = new DiskFaults(herd, settings, _random, _servers.LosePowerOfAll);
        _weights = settings.Weights.Sum(static weight => weight.Weight);
    }

    public void Start()
    {
        _isOn = true;
        _round++;
        if (_weights > 0)
            NextLater();
        Look(_round);
    }

    /// <summary>Ends all faults: everything runs, all clocks are right, everyone reaches everyone.</summary>
    public void Heal()
    {
        _isOn = false;
        _herd.Network.Heal();
        _servers.Heal();
    }

    private void NextLater()
    {
        var round = _round;
        _herd.World.Schedule(_random.Until(_settings.Every), () =>
        {
            if (!_isOn || round != _round)
                return;
            Inject(Pick());
            NextLater();
        });
    }

    /// <summary>Whoever is down without a fault that will start it again, as after a disk's, is started again too.</summary>
    private void Look(int round)
    {
        if (!_isOn || round != _round)
            return;
        _servers.StartWhoIsDown();
        _disks.Look(LookEvery);
        _herd.World.Schedule(LookEvery, () => Look(round));
    }

    private FaultKind Pick()
    {
        var at = _random.Below(_weights);
        foreach (var (kind, weight) in _settings.Weights)
        {
            if ((at -= weight) < 0)
                return kind;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }

    private void Inject(FaultKind kind)
    {
        var fault = _tally.Begin(kind);
        switch (kind)
        {
            case FaultKind.Cut:
                _network.Cut(fault, ofClient: false);
                break;
            case FaultKind.ClientCut:
                _network.Cut(fault, ofClient: true);
                break;
            case FaultKind.Delay:
                _network.Delay(fault);
                break;
            case FaultKind.Stall:
                _network.Stall(fault);
                break;
            case FaultKind.HalfOpen:
                _network.HalfOpen(fault);
                break;
            case FaultKind.Partition:
                _network.Part(fault);
                break;
            case FaultKind.Wipe or FaultKind.Restore or FaultKind.Rot:
                _disks.Inject(kind, fault);
                break;
            default:
                _servers.Inject(kind, fault);
                break;
        }
    }
}
