using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Journals;

/// <summary>
/// One server's disk: what is synced, and behind it commits that the operating system has and has not written yet. A killed
/// process loses none of them; a loss of power loses the last ones, however many.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly List<DiskCommit> _unsynced = [];
    private DiskState _synced = new();

    /// <summary>Commits ever written.</summary>
    public long Written { get; private set; }

    public bool IsEmpty => _synced.IsEmpty && _unsynced.Count == 0;

    public DiskState Synced => _synced;

    /// <summary>What a process reads that starts now.</summary>
    public DiskState Read()
    {
        var state = _synced.Copy();
        foreach (var commit in _unsynced)
            state.Apply(commit);
        return state;
    }

    public void Write(DiskCommit commit)
    {
        _unsynced.Add(commit);
        Written++;
    }

    /// <summary>Syncs what was written up to and including a commit.</summary>
    /// <param name="written"><see cref="Written"/> after that commit.</param>
    public void Sync(long written)
    {
        var count = (int)Math.Max(0, _unsynced.Count - (Written - written));
        for (var i = 0; i < count; i++)
            _synced.Apply(_unsynced[i]);
        _unsynced.RemoveRange(0, count);
    }

    /// <summary>Loses the last of what is not synced: any number of commits.</summary>
    /// <returns>How many.</returns>
    public int LoseTail(SeededRandom random)
    {
        var lost = random.Below(_unsynced.Count + 1);
        _unsynced.RemoveRange(_unsynced.Count - lost, lost);
        Sync(Written);
        return lost;
    }

    /// <summary>Loses all that is not synced, as after a sync that failed.</summary>
    public void LoseUnsynced() => _unsynced.Clear();

    public void Wipe() => Replace(new DiskState());

    /// <summary>A copy of what is there, as a backup takes it.</summary>
    public DiskState Copy() => Read();

    public void Replace(DiskState state)
    {
        _unsynced.Clear();
        _synced = state;
    }

    /// <summary>Flips a bit of one line at rest.</summary>
    /// <returns>The client; null if there is no line.</returns>
    public string? Rot(SeededRandom random)
    {
        Sync(Written);
        if (_synced.Lines.Count == 0)
            return null;
        var (client, line) = _synced.Lines.ElementAt(random.Below(_synced.Lines.Count));
        var rotten = line.Line.ToArray();
        rotten[random.Below(rotten.Length)] ^= (byte)(1 << random.Below(8));
        _synced.Replace(client, rotten);
        return client;
    }
}
