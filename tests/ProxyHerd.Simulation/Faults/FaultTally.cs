namespace ProxyHerd.Simulation.Faults;

/// <summary>Faults that changed something, by kind.</summary>
internal sealed class FaultTally
{
    private readonly long[] _counts = new long[Enum.GetValues<FaultKind>().Length];

    public long Total => _counts.Sum();

    public long this[FaultKind kind] => _counts[(int)kind];

    public void Count(FaultKind kind) => _counts[(int)kind]++;

    public Fault Begin(FaultKind kind) => new(kind, this);

    public void Add(FaultTally other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }
}
