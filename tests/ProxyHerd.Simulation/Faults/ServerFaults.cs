using ProxyHerd.Simulation.Servers;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Faults;

/// <summary>What goes wrong with processes, machines, disks' speed and clocks.</summary>
internal sealed class ServerFaults(SimulatedHerd herd, FaultSettings settings, SeededRandom random, FaultTally tally)
{
    private readonly HashSet<Machine> _startsLater = [];

    /// <summary>Faults that were healed are of an older round than this, and do nothing more.</summary>
    private int _round;

    public void Inject(FaultKind kind, Fault fault)
    {
        var machine = random.Pick(herd.Machines);
        if (kind == FaultKind.PowerLossOfAll)
        {
            LosePowerOfAll();
            fault.TookEffect();
        }
        else if (kind is FaultKind.Clock)
            SetClock(machine, fault);
        else if (machine.Process is { } process)
            Inject(kind, fault, machine, process);
    }

    /// <summary>Ends all faults.</summary>
    public void Heal()
    {
        _round++;
        _startsLater.Clear();
        foreach (var machine in herd.Machines)
        {
            machine.Clock.Set(herd.ClockError(random), 1);
            machine.Sync.Heal();
            machine.Process?.Context.Resume();
            machine.KillClone();
            if (machine.Process is { IsEnding: true })
                machine.Kill();
            machine.Start();
        }
    }

    public void StartWhoIsDown()
    {
        foreach (var machine in herd.Machines)
        {
            if (!machine.IsUp)
                StartLater(machine);
        }
    }

    public void LosePowerOfAll()
    {
        foreach (var machine in herd.Machines)
            LosePower(machine);
    }

    private void Inject(FaultKind kind, Fault fault, Machine machine, ServerProcess process)
    {
        switch (kind)
        {
            case FaultKind.Pause:
                process.Context.Pause();
                Note(machine, "is paused");
                Later(random.BetweenByMagnitude(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(18)), process.Context.Resume);
                break;
            case FaultKind.Restart:
                process.Stop();
                Note(machine, "stops");
                break;
            case FaultKind.Kill:
                machine.Kill();
                break;
            case FaultKind.PowerLoss:
                LosePower(machine);
                break;
            case FaultKind.SlowSync:
                SlowDown(machine, fault);
                return;
            case FaultKind.FailedSync:
                machine.Sync.FailNext(fault);
                return;
            case FaultKind.ClockAt1970:
                StartIn1970(machine);
                break;
            case FaultKind.Clone:
                if (!StartClone(machine))
                    return;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no fault of a server.");
        }

        fault.TookEffect();
    }

    private void LosePower(Machine machine)
    {
        if (machine.LosePower(random) > 0)
            tally.Count(FaultKind.LostTail);
    }

    private void SlowDown(Machine machine, Fault fault)
    {
        var max = random.BetweenByMagnitude(TimeSpan.FromMilliseconds(20), settings.SlowSyncMax);
        machine.Sync.SlowDown(max / 4, max, random.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(6)), fault);
    }

    private void SetClock(Machine machine, Fault fault)
    {
        // Put right, a little off, or far off: each with a jump, since that is when it happens.
        var offset = random.Below(4) switch
        {
            0 => herd.ClockError(random),
            1 => random.Between(-TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2)),
            2 => random.Between(-TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)),
            _ => random.Between(-settings.ClockBehindMax, settings.ClockAheadMax),
        };
        machine.Clock.Set(offset, random.Chance(0.3) ? 0.9 + (0.2 * random.Fraction()) : 1);
        Note(machine, $"has its clock set off by {offset}");
        if (machine.IsUp)
            fault.TookEffect();
    }

    private void StartIn1970(Machine machine)
    {
        LosePower(machine);
        machine.Clock.Set(DateTimeOffset.UnixEpoch - MachineClock.TrueTime(herd.World), 1);
        Later(random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)), () => machine.Clock.Set(herd.ClockError(random), 1));
    }

    private bool StartClone(Machine machine)
    {
        if (machine.Clone is not null)
            return false;
        machine.StartClone(machine.Disk.Copy());
        Later(random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15)), machine.KillClone);
        return true;
    }

    private void StartLater(Machine machine)
    {
        if (!_startsLater.Add(machine))
            return;
        Later(random.BetweenByMagnitude(TimeSpan.FromMilliseconds(20), settings.DownMax), () =>
        {
            _startsLater.Remove(machine);
            machine.Start();
        });
    }

    private void Note(Machine machine, string what)
    {
        if (herd.World.History.IsOn)
            herd.World.History.Note($"{machine.Name} {what}");
    }

    /// <summary>Something that comes to nothing if all is healed before.</summary>
    private void Later(TimeSpan after, Action action)
    {
        var round = _round;
        herd.World.Schedule(after, () =>
        {
            if (round == _round)
                action();
        });
    }
}
