namespace ProxyHerd.Simulation.Faults;

/// <summary>What goes wrong in a world.</summary>
internal enum FaultKind
{
    /// <summary>A connection between servers ends from outside; what was in flight is lost, and it has to be dialled anew.</summary>
    Cut,

    /// <summary>A client's connection ends from outside.</summary>
    ClientCut,

    /// <summary>What is sent takes longer for a while, and so arrives after what was sent later on other connections.</summary>
    Delay,

    /// <summary>A connection carries nothing for a while, then all of it.</summary>
    Stall,

    /// <summary>A connection carries nothing any more, in one direction or both, and neither side is told.</summary>
    HalfOpen,

    /// <summary>Two sets of servers cannot reach each other.</summary>
    Partition,

    /// <summary>A server's process stands still for a while.</summary>
    Pause,

    /// <summary>A server stops in order, and is started again.</summary>
    Restart,

    /// <summary>A server's process is killed: what it handed to its operating system stays.</summary>
    Kill,

    /// <summary>A server's machine loses power: what was not synced may be lost.</summary>
    PowerLoss,

    /// <summary>All servers lose power at once.</summary>
    PowerLossOfAll,

    /// <summary>Commits that were written and not synced are gone after a loss of power.</summary>
    LostTail,

    /// <summary>Syncs take much longer for a while.</summary>
    SlowSync,

    /// <summary>A sync fails, and the process with it.</summary>
    FailedSync,

    /// <summary>A server's clock is set wrong, or runs too fast or slow, or is put right again with a jump.</summary>
    Clock,

    /// <summary>A server starts with its clock at 1970.</summary>
    ClockAt1970,

    /// <summary>A server's disk is replaced by an empty one.</summary>
    Wipe,

    /// <summary>A server's disk is replaced by an old copy of it.</summary>
    Restore,

    /// <summary>A second server runs under the same name with a copy of the disk for a while.</summary>
    Clone,

    /// <summary>Bits of a line at rest flip.</summary>
    Rot,
}
