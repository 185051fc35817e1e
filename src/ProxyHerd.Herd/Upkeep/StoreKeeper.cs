using Microsoft.Extensions.Logging;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Upkeep;

/// <summary>
/// Goes through the store: each whole minute for what has expired or can't be true, and each hour for what was damaged in
/// memory. What it removes goes through a commit, and links are not told.
/// </summary>
public sealed partial class StoreKeeper
{
    /// <summary>How often all lines are hashed anew: memory without error correction flips a bit in days, not in minutes.</summary>
    private static readonly TimeSpan RehashEvery = TimeSpan.FromHours(1);

    /// <summary>
    /// A line whose time lies beyond the gate was taken while this clock was wrong. It goes only once the clock has agreed
    /// with a neighbour's for so long.
    /// </summary>
    private static readonly TimeSpan AgreementMin = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Removals that wait for a commit together: enough that a start after a long stop, which waits for the disk each time, does
    /// not notice, and few enough that whoever writes meanwhile does not either.
    /// </summary>
    private const int RemovalsMin = 8192;

    private readonly LocationStore _store;
    private readonly Committer _committer;
    private readonly ClockAgreement _clocks;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private long _rehashed;

    internal StoreKeeper(LocationStore store, Committer committer, ClockAgreement clocks, TimeProvider time, ILogger logger)
    {
        _store = store;
        _committer = committer;
        _clocks = clocks;
        _time = time;
        _logger = logger;
        _rehashed = time.GetTimestamp();
    }

    /// <summary>Runs until it is told to stop.</summary>
    /// <exception cref="IOException">The journal failed.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await Task.Delay(UntilNextMinute(), _time, stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await SweepAsync();
            if (_store.HasDamage || _time.GetElapsedTime(_rehashed) >= RehashEvery)
                await RehashAsync();
        }
    }

    /// <summary>
    /// Removes what has expired, and what can't be true. After a recovery it is called before anybody is let in, so that
    /// nothing shows which expired meanwhile.
    /// </summary>
    /// <exception cref="IOException">The journal failed.</exception>
    public async Task SweepAsync()
    {
        var now = _store.NowNanoseconds;
        var oldest = _store.OldestAt(now);
        var latest = _clocks.HasLasted(now, AgreementMin) ? _store.LatestAt(now) : long.MaxValue;
        if (oldest == long.MinValue && latest >= _store.LatestTime)
            return;
        long removed = 0, waiting = 0, last = 0;
        for (var place = default(ScanPlace); !place.IsAtEnd;)
        {
            waiting += _store.RemoveOutside(ref place, oldest, latest, out var commit);
            last = Math.Max(last, commit);
            if (waiting < RemovalsMin && !place.IsAtEnd)
                continue;
            await _committer.WaitAsync(last);
            removed += waiting;
            waiting = 0;
        }

        if (removed > 0)
            Removed(removed);
    }

    /// <summary>Hashes all lines anew, removes those that were damaged, and renews the digests.</summary>
    internal async Task RehashAsync()
    {
        _rehashed = _time.GetTimestamp();
        var anew = _store.BeginRehash();
        long removed = 0;
        for (var place = default(ScanPlace); !place.IsAtEnd;)
        {
            removed += _store.Rehash(ref place, anew, out var commit);
            await _committer.WaitAsync(commit);
        }

        if (removed > 0)
            Damaged(removed);
        if (!_store.EndRehash())
            DigestRenewed();
    }

    /// <summary>In whole milliseconds, rounded up: a delay drops what is less, and would end before the minute does.</summary>
    private TimeSpan UntilNextMinute()
    {
        var left = TimeSpan.TicksPerMinute - (_time.GetUtcNow().Ticks % TimeSpan.TicksPerMinute);
        return TimeSpan.FromMilliseconds((left + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
    }

    [LoggerMessage(140, LogLevel.Information, "{Count} locations that had expired, or whose time lay in the future, were removed")]
    private partial void Removed(long count);

    [LoggerMessage(141, LogLevel.Error, "{Count} locations were damaged in memory and removed; neighbours send them again. Check this machine's memory")]
    private partial void Damaged(long count);

    [LoggerMessage(142, LogLevel.Error, "The digests did not fit the locations and were made anew. Check this machine's memory")]
    private partial void DigestRenewed();
}
