namespace ProxyHerd.Herd;

/// <summary>
/// Mistakes that lose or split what was acknowledged, each of which the rule named beside it closes. The simulator puts one
/// back at a time, to show that it would find it; nothing else can set them.
/// </summary>
[Flags]
internal enum Mistakes
{
    /// <summary>As everybody runs it.</summary>
    None = 0,

    /// <summary>An update of the same time is never newer: the original rule, for AT too.</summary>
    NoTieBreak = 1,

    /// <summary>Followers see an update when it is accepted, before its commit.</summary>
    FeedMovedAtAccept = 1 << 1,

    /// <summary>Who waits for an update that a newer one replaced in the open batch is answered at once.</summary>
    AnsweredThoughSuperseded = 1 << 2,

    /// <summary>An answer that made no update does not wait for the line that it was compared with.</summary>
    NoWaitWithoutUpdate = 1 << 3,

    /// <summary>Neighbours are sent updates that are not synced, and HAVE is believed whatever its boot.</summary>
    FloodedBeforeSync = 1 << 4,

    /// <summary>A neighbour's position is written in a commit before the one that holds its updates.</summary>
    PositionBeforeUpdates = 1 << 5,

    /// <summary>HAVE is believed whatever its boot.</summary>
    NoBootList = 1 << 6,

    /// <summary>What a neighbour brought is not sent to it after its restart either.</summary>
    HelloWithoutBoot = 1 << 7,

    /// <summary>A location expires by when it was received, not by the client's time.</summary>
    ExpiryByReceiveTime = 1 << 8,

    /// <summary>A MARK is acknowledged when it is read.</summary>
    AckBeforeSync = 1 << 9,

    /// <summary>Recovered lines are numbered from 1.</summary>
    NumbersGivenAnew = 1 << 10,

    /// <summary>A MARK goes out while a scan is under way.</summary>
    MarkDuringScan = 1 << 11,

    /// <summary>MARKs are saved and acknowledged after an AT that was refused.</summary>
    MarkAckedAfterRefusal = 1 << 12,

    /// <summary>HAVE is believed for any number of a known boot.</summary>
    HaveCheckedByBootOnly = 1 << 13,

    /// <summary>An acknowledgement of a neighbour that keeps nothing counts as one on disk.</summary>
    MemoryAckCounted = 1 << 14,

    /// <summary>Digest trees are not compared.</summary>
    NoRepair = 1 << 15,
}
