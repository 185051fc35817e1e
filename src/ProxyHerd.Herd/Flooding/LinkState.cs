namespace ProxyHerd.Herd.Flooding;

/// <summary>How a link stands.</summary>
public enum LinkState
{
    /// <summary>No connection; it is dialled again after a while.</summary>
    Down,

    /// <summary>Being dialled, or greeting.</summary>
    Connecting,

    /// <summary>Sending what the neighbour missed.</summary>
    CatchingUp,

    /// <summary>Has once reached the feed's end in this session.</summary>
    Live,

    /// <summary>To a neighbour that knows AT lines alone, and was reached when last tried.</summary>
    Plain,
}
