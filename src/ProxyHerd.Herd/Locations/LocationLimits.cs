namespace ProxyHerd.Herd.Locations;

/// <summary>What the store refuses.</summary>
public sealed record LocationLimits
{
    /// <summary>
    /// Clients that IAMAT may create: 10 million take some 2.5 GB. Links may bring twice as many, since refusing what
    /// another server has acknowledged would lose it here.
    /// </summary>
    public int ClientsMax { get; init; } = 10_000_000;

    /// <summary>
    /// How far a client's clock may run ahead of this server's. A time in the far future would lock the client's record.
    /// </summary>
    public TimeSpan ClockAheadMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How old a client's time may be before its location is forgotten, in whole minutes; null for no limit. It goes by the
    /// client's time, so what one server has forgotten no other brings back.
    /// </summary>
    public TimeSpan? ExpireAfter { get; init; }

    /// <summary>
    /// What AT is allowed beyond <see cref="ClockAheadMax"/>, so that servers whose clocks agree within a minute refuse
    /// nothing that another took.
    /// </summary>
    public static readonly TimeSpan NeighbourAllowance = TimeSpan.FromMinutes(1);
}
