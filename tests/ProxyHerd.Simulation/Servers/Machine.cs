using ProxyHerd.Herd.Commits;
using ProxyHerd.Simulation.Journals;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Servers;

/// <summary>One machine of the herd: its name, clock and disk, and the process that runs there, if one does.</summary>
internal sealed class Machine
{
    private readonly SimulatedHerd _herd;

    public Machine(SimulatedHerd herd, int index, string name, Durability durability)
    {
        _herd = herd;
        Index = index;
        Name = name;
        Durability = durability;
        Clock = new MachineClock(herd.World);
        Sync = new SyncSpeed(herd.World, herd.World.Random.Split());
    }

    public int Index { get; }

    public string Name { get; }

    public Durability Durability { get; }

    public MachineClock Clock { get; }

    public SyncSpeed Sync { get; }

    public SimulatedDisk Disk { get; } = new();

    /// <summary>Null while none runs.</summary>
    public ServerProcess? Process { get; private set; }

    /// <summary>A second process under this name, on a copy of the disk; it dials, and cannot be dialled.</summary>
    public ServerProcess? Clone { get; private set; }

    public bool IsUp => Process is not null;

    public void Start()
    {
        if (Process is not null)
            return;
        _herd.Network.SetOff(Index, false);
        Note("starts");
        Process = new ServerProcess(_herd, this, Disk, isClone: false);
        Process.Start();
    }

    /// <summary>Ends the process at once. Its operating system has what it wrote, and tells its peers.</summary>
    public void Kill()
    {
        Note("is killed");
        Process?.End(isOff: false);
        Process = null;
    }

    /// <summary>Ends the machine at once; its peers are told nothing.</summary>
    /// <returns>Commits that were written, not synced, and are lost.</returns>
    public int LosePower(SeededRandom random)
    {
        _herd.Network.SetOff(Index, true);
        Process?.End(isOff: true);
        Process = null;
        var lost = Disk.LoseTail(random);
        Note($"loses power, and {lost} commits");
        return lost;
    }

    /// <summary>The process has ended by itself.</summary>
    public void Ended(ServerProcess process)
    {
        if (process == Process)
            Kill();
        else if (process == Clone)
            KillClone();
    }

    public void StartClone(DiskState copy)
    {
        Note("is cloned");
        var disk = new SimulatedDisk();
        disk.Replace(copy);
        Clone = new ServerProcess(_herd, this, disk, isClone: true);
        Clone.Start();
    }

    public void KillClone()
    {
        if (Clone is not null)
            Note("has no clone any more");
        Clone?.End(isOff: false);
        Clone = null;
    }

    private void Note(string what)
    {
        if (_herd.World.History.IsOn)
            _herd.World.History.Note($"{Name} {what}");
    }
}
