namespace ProxyHerd.Herd.Locations;

/// <summary>What goes with a copy of a committed line.</summary>
/// <param name="Length">Bytes of the line; 0 if it is not what was committed, and was not copied.</param>
/// <param name="LineHash">The hash of the line when it was accepted.</param>
/// <param name="ClientIdOffset">Where the client ID begins in it.</param>
internal readonly record struct CommittedCopy(int Length, ulong LineHash, int ClientIdOffset)
{
    /// <summary>Whether the line is not what was committed.</summary>
    public bool IsDamaged => Length == 0;
}
