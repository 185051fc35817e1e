using ProxyHerd.Simulation.Journals;
using ProxyHerd.Simulation.Oracle;
using ProxyHerd.Simulation.Servers;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Faults;

/// <summary>
/// What goes wrong with what disks hold. One disk at a time: the next waits until every server has all that was promised
/// before, since a promise of two disks cannot outlive the loss of both.
/// </summary>
internal sealed class DiskFaults(SimulatedHerd herd, FaultSettings settings, SeededRandom random, Action losePowerOfAll)
{
    private const int BackupsMax = 4;

    /// <summary>How often, on average, a machine's disk is copied.</summary>
    private static readonly TimeSpan BackupEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Machine, Queue<DiskState>> _backups = [];
    private IReadOnlyList<Promise> _promised = [];
    private TimeSpan _last = TimeSpan.MinValue;

    /// <summary>Takes backups now and then.</summary>
    /// <param name="elapsed">Since it was called last.</param>
    public void Look(TimeSpan elapsed)
    {
        foreach (var machine in herd.Machines)
        {
            if (!random.Chance(elapsed / BackupEvery))
                continue;
            if (!_backups.TryGetValue(machine, out var backups))
                _backups.Add(machine, backups = []);
            if (backups.Count == BackupsMax)
                backups.Dequeue();
            backups.Enqueue(machine.Disk.Copy());
        }
    }

    public void Inject(FaultKind kind, Fault fault)
    {
        if (_last != TimeSpan.MinValue && herd.World.Now - _last < settings.DiskFaultEvery)
            return;
        var machine = random.Pick(herd.Machines);
        if (machine.Disk.IsEmpty || !Judge.Hold(herd.Machines, _promised) || !TryDamage(kind, machine))
            return;
        _last = herd.World.Now;
        _promised = herd.Ledger.Promises();
        fault.TookEffect();
        if (random.Chance(settings.DiskFaultTakesAll))
            losePowerOfAll();
    }

    private bool TryDamage(FaultKind kind, Machine machine)
    {
        switch (kind)
        {
            case FaultKind.Wipe:
                machine.Kill();
                Note(machine, "has its disk wiped");
                machine.Disk.Wipe();
                return true;
            case FaultKind.Restore:
                if (!_backups.TryGetValue(machine, out var backups))
                    return false;
                machine.Kill();
                Note(machine, "has an old backup of its disk restored");
                machine.Disk.Replace(backups.ElementAt(random.Below(backups.Count)).Copy());
                return true;
            case FaultKind.Rot:
                if (machine.Disk.Synced.Lines.Count == 0)
                    return false;
                machine.Kill();
                for (var left = random.Between(1, settings.RottenLinesMax); left > 0; left--)
                    Note(machine, $"has a bit flipped in the line of {machine.Disk.Rot(random)}");
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no fault of a disk.");
        }
    }

    private void Note(Machine machine, string what)
    {
        if (herd.World.History.IsOn)
            herd.World.History.Note($"{machine.Name} {what}");
    }
}
