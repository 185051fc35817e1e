namespace ProxyHerd.Server.Journal;

/// <summary>Takes the newest update of each client from the commits that no checkpoint has reached.</summary>
internal interface INewestUpdates
{
    /// <summary>Takes one; the spans are good until it returns.</summary>
    /// <param name="clientId">The client's ID; empty if the line is so damaged that it has none.</param>
    /// <param name="update">Its update.</param>
    void Take(ReadOnlySpan<byte> clientId, in CommitEntry update);
}
