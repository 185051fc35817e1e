using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Connections;

/// <summary>What one connection may take.</summary>
public sealed record ConnectionLimits
{
    /// <summary>Longest line of a client, in bytes: the longest AT line, so that servers that know no more can flood it.</summary>
    public int LineBytesMax { get; init; } = AtLine.BytesMax;

    /// <summary>
    /// Replies are flushed after this many bytes even if more requests wait, so that memory stays bounded. It is more than the
    /// replies to all that is received at once, but for those that hold places.
    /// </summary>
    public const int FlushBytes = 32 << 10;

    /// <summary>What a link sends at once. It is more than a client's, since each piece of the feed costs a MARK, and the neighbour an ACK.</summary>
    public const int LinkFlushBytes = 64 << 10;

    /// <summary>
    /// Replies that a connection may hold unread beside those that the system holds, which are many times as many. The host's
    /// transport stops taking output there, so that this much and a full flush can be held: some 60 kB, and 60 MB for a thousand
    /// clients that read nothing.
    /// </summary>
    public const int UnreadBytesMax = 16 << 10;

    /// <summary>How long a client may leave <see cref="UnreadBytesMax"/> unread before it is cut.</summary>
    public static readonly TimeSpan UnreadTimeMax = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A client that has sent more than this without a pause leaves the thread, and so does one at each full flush: with
    /// inline completions one that pipelines without end would else hold up every other connection of its engine.
    /// </summary>
    public const int InlineBytesMax = 16 << 10;
}
