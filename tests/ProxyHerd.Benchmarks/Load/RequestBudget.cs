namespace ProxyHerd.Benchmarks.Load;

/// <summary>How many requests may still be sent: a number, or until a time is up.</summary>
internal sealed class RequestBudget(LoadOptions options, long startedAt)
{
    private readonly long _requests = options.Seconds > 0 ? long.MaxValue : options.WarmUp + options.Requests;
    private long _endsAt = options is { Seconds: > 0, WarmUp: 0 } ? EndOf(options, startedAt) : long.MaxValue;

    /// <summary>Requests taken so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Whether no more may be sent.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>Takes some.</summary>
    /// <param name="wanted">At most so many.</param>
    /// <param name="replies">Replies so far: the time begins when the warm-up is answered.</param>
    /// <param name="now">Now, in nanoseconds.</param>
    public int Take(int wanted, long replies, long now)
    {
        if (options.Seconds > 0 && _endsAt == long.MaxValue && replies >= options.WarmUp)
            _endsAt = EndOf(options, now);
        var count = now >= _endsAt ? 0 : (int)Math.Min(wanted, _requests - Sent);
        Sent += count;
        IsSpent = now >= _endsAt || Sent == _requests;
        return count;
    }

    private static long EndOf(LoadOptions options, long start) => start + (long)(options.Seconds * 1e9);
}
