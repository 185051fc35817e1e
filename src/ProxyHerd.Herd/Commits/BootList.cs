namespace ProxyHerd.Herd.Commits;

/// <summary>
/// This server's starts, and how far its feed had come in each: what tells whether a neighbour's word on how far it has
/// followed can be taken. It cannot after a wiped disk, a restored backup, in a cloned machine, or beyond a lost tail.
/// </summary>
internal sealed class BootList
{
    /// <summary>Starts remembered; a neighbour that was away for more of them gets everything again.</summary>
    public const int BootsMax = 64;

    private readonly BootRecord[] _records;
    private readonly Mistakes _mistakes;

    private BootList(BootRecord[] records, Mistakes mistakes)
    {
        _records = records;
        _mistakes = mistakes;
    }

    /// <summary>All of them, the present one last; its number is not kept up.</summary>
    public IReadOnlyList<BootRecord> Records => _records;

    private ulong Present => _records[^1].Boot;

    /// <summary>Adds this start to what the journal held.</summary>
    /// <param name="state">What the journal held.</param>
    /// <param name="boot">This start.</param>
    /// <param name="mistakes">What the simulator makes wrong.</param>
    public static BootList After(JournalState state, ulong boot, Mistakes mistakes = Mistakes.None)
    {
        List<BootRecord> records = [.. state.Boots];
        if (records.Count > 0)
            records[^1] = records[^1] with { LastSequence = state.LastSequence };
        records.Add(new BootRecord(boot, state.LastSequence));
        if (records.Count > BootsMax)
            records.RemoveRange(0, records.Count - BootsMax);
        return new BootList([.. records], mistakes);
    }

    /// <summary>Whether this server's feed had a number in a boot, so that it still means the same.</summary>
    /// <param name="boot">The boot; null for none.</param>
    /// <param name="sequence">The number.</param>
    /// <param name="committed">The last number committed in the present boot.</param>
    public bool Reached(ulong? boot, long sequence, long committed)
    {
        if (boot == Present || (_mistakes & (Mistakes.NoBootList | Mistakes.FloodedBeforeSync)) != 0)
            return sequence <= committed;
        foreach (var record in _records.AsSpan(0, _records.Length - 1))
        {
            if (record.Boot == boot)
                return sequence <= record.LastSequence || (_mistakes & Mistakes.HaveCheckedByBootOnly) != 0;
        }

        return false;
    }
}
