namespace ProxyHerd.Herd.Commits;

/// <summary>How far this server has followed a neighbour's feed.</summary>
/// <param name="Neighbour">The neighbour's name.</param>
/// <param name="Boot">The boot of the neighbour that numbered its feed so.</param>
/// <param name="Sequence">Everything up to this number has been received.</param>
public readonly record struct NeighbourPosition(string Neighbour, ulong Boot, long Sequence);
