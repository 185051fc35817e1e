namespace ProxyHerd.Simulation.Faults;

/// <summary>Something that was made to go wrong. It counts once it has changed something, and once only.</summary>
internal sealed class Fault(FaultKind kind, FaultTally tally)
{
    private bool _hasCounted;

    public void TookEffect()
    {
        if (_hasCounted)
            return;
        _hasCounted = true;
        tally.Count(kind);
    }
}
