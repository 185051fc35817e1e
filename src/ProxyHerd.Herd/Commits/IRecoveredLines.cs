namespace ProxyHerd.Herd.Commits;

/// <summary>Takes the lines that a journal held.</summary>
public interface IRecoveredLines
{
    /// <summary>Takes one client's line; in any order, each client once. The span is good until it returns.</summary>
    /// <param name="sequence">The number that it was committed with.</param>
    /// <param name="lineHash">Its hash when it was committed (<see cref="CommittedUpdate.LineHash"/>). The taker compares.</param>
    /// <param name="line">The AT line, with single spaces and no line end.</param>
    /// <returns>False if it is not what was committed, and was left out.</returns>
    bool Take(long sequence, ulong lineHash, ReadOnlySpan<byte> line);
}
