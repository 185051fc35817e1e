namespace ProxyHerd.Simulation.Journals;

/// <summary>One client's line on a disk.</summary>
/// <param name="Client">The client, one char a byte.</param>
/// <param name="Sequence">The number that it was committed with.</param>
/// <param name="LineHash">Its hash when it was committed.</param>
/// <param name="Line">The AT line.</param>
/// <param name="IsRemoval">Whether the client was removed.</param>
internal sealed record DiskLine(string Client, long Sequence, ulong LineHash, byte[] Line, bool IsRemoval);
