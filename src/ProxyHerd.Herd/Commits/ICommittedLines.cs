namespace ProxyHerd.Herd.Commits;

/// <summary>What the store holds of the commits that a journal has written: each client's newest line, by its number.</summary>
public interface ICommittedLines
{
    /// <summary>
    /// Visits every client whose newest committed update has a number in a range. One whose update is replaced or removed
    /// meanwhile may be left out: what did that has a number behind the range.
    /// </summary>
    /// <param name="after">Numbers behind this one.</param>
    /// <param name="last">The last number of the range. The commit that gave it has been completed, and another has begun since.</param>
    /// <param name="state">Is handed to <paramref name="visit"/>.</param>
    /// <param name="visit">Called in any order, for a client twice at the most, never with a removal. The spans are good until it returns.</param>
    /// <returns>False if one was left out because its line is not, in memory, what was committed.</returns>
    bool ForEach<TState>(long after, long last, TState state, Action<TState, CommittedUpdate> visit);
}
