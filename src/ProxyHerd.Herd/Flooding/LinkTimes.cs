namespace ProxyHerd.Herd.Flooding;

/// <summary>The waits of a link, all of them limits.</summary>
internal static class LinkTimes
{
    /// <summary>Dialling, and each answer of the greeting: a server that is up answers in milliseconds.</summary>
    public static readonly TimeSpan GreetingMax = TimeSpan.FromSeconds(5);

    /// <summary>Between two PINGs.</summary>
    public static readonly TimeSpan Ping = TimeSpan.FromSeconds(5);

    /// <summary>A neighbour that says nothing for three pings is dead.</summary>
    public static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    /// <summary>A neighbour that reads nothing for so long is hung up on, and caught up later.</summary>
    public static readonly TimeSpan UnreadMax = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What a neighbour that does not read may hold up a stop: container engines kill after ten seconds, and clients' last
    /// replies need some of them too.
    /// </summary>
    public static readonly TimeSpan StopMax = TimeSpan.FromSeconds(2);

    /// <summary>How often these are looked at.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Between two flushes of updates to one neighbour: a thousand small writes a second are all that a link costs, and
    /// an update waits no longer than this a hop.
    /// </summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1);

    /// <summary>The first wait before dialling again.</summary>
    public static readonly TimeSpan RedialMin = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before dialling again. A neighbour that comes back dials us, which ends it at once.</summary>
    public static readonly TimeSpan RedialMax = TimeSpan.FromSeconds(30);

    /// <summary>A session of this length puts the wait back to <see cref="RedialMin"/>.</summary>
    public static readonly TimeSpan GoodSession = TimeSpan.FromSeconds(30);
}
