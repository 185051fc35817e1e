namespace ProxyHerd.Herd.Commits;

/// <summary>One start of this server, as its journal remembers it.</summary>
/// <param name="Boot">The random number chosen at that start.</param>
/// <param name="LastSequence">The highest number of its feed that the journal held when the next start began.</param>
public readonly record struct BootRecord(ulong Boot, long LastSequence);
