using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Herd.Requests;

/// <summary>What the lines of one read have in common.</summary>
internal struct RequestBatch(long now)
{
    /// <summary>What it brought, for the server's totals.</summary>
    public LineCounts Counts;

    /// <summary>Whether the store was too full for a client that a neighbour knows.</summary>
    public bool IsFull;

    /// <summary>Whether its replies acknowledge updates, so that they may have to wait for a neighbour too.</summary>
    public bool Acknowledges;

    /// <summary>The hash of the next line's client, whose entry in the store is being fetched; 0 if there is none.</summary>
    public ulong Ahead;

    /// <summary>Updates that were accepted, for <see cref="Mistakes.AnsweredThoughSuperseded"/> alone.</summary>
    public List<(byte[] ClientId, long Time)>? Accepted;

    /// <summary>This server's clock when the lines were read, in nanoseconds since 1970.</summary>
    public long Now { get; } = now;

    /// <summary>The commit that must be done before its replies leave; 0 if none.</summary>
    public long Commit { get; private set; }

    /// <summary>Makes its replies wait for a commit.</summary>
    public void WaitFor(long commit) => Commit = Math.Max(Commit, commit);
}
