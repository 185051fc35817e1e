namespace ProxyHerd.Simulation.Clients;

/// <summary>What clients do.</summary>
internal sealed record TrafficSettings
{
    /// <summary>Programs that each hold one connection and speak for many clients.</summary>
    public int Callers { get; init; } = 12;

    /// <summary>Between two bursts of one program, on average.</summary>
    public TimeSpan BurstEvery { get; init; } = TimeSpan.FromSeconds(0.45);

    /// <summary>Requests of a burst, at most.</summary>
    public int BurstMax { get; init; } = 5;

    /// <summary>Clients that are written again and again.</summary>
    public int HotClients { get; init; } = 40;

    /// <summary>Updates of clients that are written once.</summary>
    public double ColdShare { get; init; } = 0.5;

    /// <summary>Clients written once that are written once more soon after, at the same server.</summary>
    public double SecondShare { get; init; } = 0.05;

    /// <summary>Updates that are followed by another of the same time, of another place, at another server.</summary>
    public double TwinShare { get; init; } = 0.1;

    /// <summary>Updates that are older than what their client said last.</summary>
    public double OldShare { get; init; } = 0.05;

    /// <summary>Requests that ask where a client is.</summary>
    public double QuestionShare { get; init; } = 0.08;

    /// <summary>Clients whose clock is wrong by up to hours.</summary>
    public double WrongClockShare { get; init; } = 0.1;

    /// <summary>Unanswered updates that are sent again after a cut.</summary>
    public double RetryShare { get; init; } = 0.7;

    /// <summary>Bursts after which a program goes to another server.</summary>
    public double MoveShare { get; init; } = 0.05;
}
