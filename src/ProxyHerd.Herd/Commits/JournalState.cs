namespace ProxyHerd.Herd.Commits;

/// <summary>What a journal held at the start, besides the lines.</summary>
/// <param name="Boots">Earlier starts, the oldest first.</param>
/// <param name="Positions">How far each neighbour's feed had been followed.</param>
/// <param name="LastSequence">
/// The highest number ever given, that of a line replaced or removed since included; 0 if none.
/// </param>
public sealed record JournalState(IReadOnlyList<BootRecord> Boots, IReadOnlyList<NeighbourPosition> Positions, long LastSequence)
{
    /// <summary>Of a journal that held nothing.</summary>
    public static JournalState Empty { get; } = new([], [], 0);
}
