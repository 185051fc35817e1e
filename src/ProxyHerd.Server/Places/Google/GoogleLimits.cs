namespace ProxyHerd.Server.Places.Google;

/// <summary>How long and how often Google is asked. Fixed in a running server; a test makes them short.</summary>
internal sealed record GoogleLimits
{
    /// <summary>Tries of one search. A third one saves nearly all searches that a lost packet or a restarting server would fail.</summary>
    public int TriesMax { get; init; } = 3;

    /// <summary>Before the second try; doubles for each further one. Jitter keeps the tries of many clients apart.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>One try, its body included. Google answers within a second; what takes three seldom comes at all.</summary>
    public TimeSpan TryTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>All tries, delays and waits of a search: what stands behind a WHATSAT on its connection waits this long at the most.</summary>
    public TimeSpan SearchTime { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Tries at once. At Google's usual 200 ms that is 160 a second, more than any budget lasts for; and few enough that a hanging Google holds little.</summary>
    public int CallsAtOnceMax { get; init; } = 32;

    /// <summary>
    /// Searches that wait for a call. Each holds a connection's question, a few hundred bytes, so this is 10 MB; more can only
    /// come where <c>Limits:ConnectionsMax</c> was raised, and fail at once.
    /// </summary>
    public int CallsWaitingMax { get; init; } = 20_000;

    /// <summary>A body. Twenty results with photos and addresses take about 40 KB.</summary>
    public int BodyBytesMax { get; init; } = 1024 * 1024;

    /// <summary>The share of failed tries within <see cref="BreakerWindow"/> that opens the circuit.</summary>
    public double BreakerFailureRatio { get; init; } = 0.5;

    /// <summary>Fewer tries than this within the window never open the circuit: six searches that all fail.</summary>
    public int BreakerTriesMin { get; init; } = 18;

    /// <summary>How far back failures count.</summary>
    public TimeSpan BreakerWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an open circuit fails searches at once, before it lets one through as a probe.</summary>
    public TimeSpan BreakerOpenTime { get; init; } = TimeSpan.FromSeconds(10);
}
