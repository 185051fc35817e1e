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
    /// What AT is allowed beyond <see cref="ClockAheadMax"/>, so that servers whose clocks agree within a minute refuse
    /// nothing that another took.
    /// </summary>
    public static readonly TimeSpan NeighbourAllowance = TimeSpan.FromMinutes(1);
}
