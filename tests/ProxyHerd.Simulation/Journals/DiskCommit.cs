using ProxyHerd.Herd.Commits;
using ProxyHerd.Simulation.Oracle;

namespace ProxyHerd.Simulation.Journals;

/// <summary>One write to a disk: all of it is there or nothing.</summary>
/// <param name="Lines">Updates and removals.</param>
/// <param name="Positions">How far neighbours' feeds have been followed.</param>
/// <param name="LastSequence">The highest number given.</param>
/// <param name="Boots">The list of starts, if it is replaced.</param>
internal sealed record DiskCommit(
    IReadOnlyList<DiskLine> Lines, IReadOnlyList<NeighbourPosition> Positions, long LastSequence, IReadOnlyList<BootRecord>? Boots = null)
{
    public static DiskCommit Of(CommitBatch batch)
    {
        var lines = new List<DiskLine>(batch.UpdateCount);
        batch.ForEach(lines, static (lines, update) => lines.Add(new DiskLine(
            Bytes.Text(update.ClientId), update.Sequence, update.LineHash, update.Line.ToArray(), update.IsRemoval)));
        return new DiskCommit(lines, [.. batch.Positions], batch.LastSequence);
    }
}
