namespace ProxyHerd.Herd.Commits;

/// <summary>When an IAMAT is answered (<c>Journal:Durability</c>), from the least to the most that is promised.</summary>
public enum Durability
{
    /// <summary>Once it is committed in memory; nothing is kept on disk.</summary>
    Memory,

    /// <summary>Once it is handed to the operating system, which is told to write once a second.</summary>
    EverySecond,

    /// <summary>Once it is on disk.</summary>
    Disk,

    /// <summary>Once it is on disk, here and at a neighbour.</summary>
    DiskAndNeighbour,
}
