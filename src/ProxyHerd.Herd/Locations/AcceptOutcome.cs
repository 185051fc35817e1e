namespace ProxyHerd.Herd.Locations;

/// <summary>What the store made of an update.</summary>
public enum AcceptOutcome
{
    /// <summary>Newer than what was stored: it joined the open commit batch.</summary>
    Accepted,

    /// <summary>The same as what is stored.</summary>
    Same,

    /// <summary>Older than what is stored, or losing a tie to it.</summary>
    Stale,

    /// <summary>Refused: its time is further ahead of this server's clock than <see cref="LocationLimits.ClockAheadMax"/>.</summary>
    AheadOfClock,

    /// <summary>Refused: a new client, and the store is full.</summary>
    Full,
}
