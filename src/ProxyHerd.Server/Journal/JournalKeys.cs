namespace ProxyHerd.Server.Journal;

/// <summary>The first byte of a key says what it is of; what is read first at a start has the lowest.</summary>
/// <remarks>README.md beside this file has the whole format.</remarks>
internal static class JournalKeys
{
    /// <summary>The list of this server's starts; the one key.</summary>
    public const byte Boots = 1;

    /// <summary>The highest number given; the one key.</summary>
    public const byte LastSequence = 2;

    /// <summary>How far a neighbour's feed has been followed; then its name.</summary>
    public const byte Position = 3;

    /// <summary>The last number whose commit a checkpoint has put into the lines; the one key.</summary>
    public const byte Checkpoint = 4;

    /// <summary>A client's line; then its client ID.</summary>
    public const byte Line = 16;

    /// <summary>The updates of a commit that no checkpoint has reached; then its first number, the highest byte first.</summary>
    public const byte Commit = 32;
}
