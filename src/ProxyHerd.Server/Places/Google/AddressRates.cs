using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace ProxyHerd.Server.Places.Google;

/// <summary>How often one address may ask what costs money, so that none spends what is there for all.</summary>
/// <param name="perSecondMax">Questions a second; 0 for no limit.</param>
/// <param name="burstMax">Questions at once by who has not asked for a while.</param>
/// <param name="addressesMax">Addresses that are remembered.</param>
internal sealed class AddressRates(int perSecondMax, int burstMax, int addressesMax = AddressRates.AddressesMax)
{
    /// <summary>As many as the connections that a server takes at once as it ships; some 3 MB. Beyond them all others share one limit.</summary>
    private const int AddressesMax = 10_000;

    /// <summary>Looking for addresses to forget takes a millisecond, and is of no use again before some have their questions back.</summary>
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, TokenBucketRateLimiter> _limits = [];
    private readonly TokenBucketRateLimiter _others = Create(Math.Max(perSecondMax, 1), burstMax);
    private long? _forgotten;

    /// <summary>Takes a question.</summary>
    /// <param name="asker">Whose it is; null for nobody's, which is always let through.</param>
    /// <returns>Whether it may be asked now.</returns>
    public bool TryTake(IPAddress? asker)
    {
        if (perSecondMax == 0 || asker is null)
            return true;

        lock (_lock)
        {
            var limit = LimitOf(NetworkOf(asker));
            limit.TryReplenish();
            using var lease = limit.AttemptAcquire();
            return lease.IsAcquired;
        }
    }

    /// <summary>A customer of an IPv6 network has 2^64 addresses and more (RFC 6177): the first half of one stands for all of them.</summary>
    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes);
    }

    private TokenBucketRateLimiter LimitOf(IPAddress network)
    {
        if (_limits.TryGetValue(network, out var known))
            return known;
        if (_limits.Count >= addressesMax)
            ForgetWhoMayAskFully();
        if (_limits.Count >= addressesMax)
            return _others;
        return _limits[network] = Create(perSecondMax, burstMax);
    }

    private void ForgetWhoMayAskFully()
    {
        var now = TimeProvider.System.GetTimestamp();
        if (_forgotten is { } last && TimeProvider.System.GetElapsedTime(last, now) < ForgetEvery)
            return;

        _forgotten = now;
        foreach (var (network, limit) in _limits)
        {
            limit.TryReplenish();
            if (limit.GetStatistics()!.CurrentAvailablePermits == burstMax)
                _limits.Remove(network);
        }
    }

    /// <summary>The limiter has a clock of its own, and no timer: it is given what it is due when it is asked.</summary>
    private static TokenBucketRateLimiter Create(int perSecondMax, int burstMax) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = burstMax,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1) / perSecondMax,
        AutoReplenishment = false,
        QueueLimit = 0,
    });
}
