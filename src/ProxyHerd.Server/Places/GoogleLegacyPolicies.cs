using System.Net;
using Polly;
using Polly.Timeout;

namespace ProxyHerd.Server.Places;

/// <summary>What is tried again, when, and when no more. One a server, since the circuit breaker remembers.</summary>
internal sealed class GoogleLegacyPolicies
{
    /// <summary>Set on each request: the <see cref="TimeProvider"/> timestamp at which its search is given up.</summary>
    public static readonly HttpRequestOptionsKey<long> Deadline = new("ProxyHerd.Places.Deadline");

    private readonly GoogleLegacyLimits _limits;
    private readonly TimeProvider _time;
    private readonly Random _jitter;

    /// <summary>Makes the policies.</summary>
    /// <param name="limits">How long and how often.</param>
    /// <param name="time">The clock of the deadline and of a Retry-After that is a date.</param>
    /// <param name="jitter">Called from many threads at once.</param>
    public GoogleLegacyPolicies(GoogleLegacyLimits limits, TimeProvider time, Random jitter)
    {
        (_limits, _time, _jitter) = (limits, time, jitter);

        var retry = Policy<HttpResponseMessage>
            .Handle<HttpRequestException>(IsTransient)
            .Or<TimeoutRejectedException>()
            .OrResult(IsWorthRetrying)
            .WaitAndRetryAsync(
                limits.TriesMax - 1,
                (attempt, outcome, _) => Delay(attempt, outcome.Result),
                (_, _, _, _) => Task.CompletedTask);

        // A 429 is no failure of the service: it answers, and what it says must reach the client.
        var breaker = Policy<HttpResponseMessage>
            .Handle<HttpRequestException>(IsTransient)
            .Or<TimeoutRejectedException>()
            .OrResult(response => IsServerFailure(response.StatusCode))
            .AdvancedCircuitBreakerAsync(limits.BreakerFailureRatio, limits.BreakerWindow, limits.BreakerTriesMin, limits.BreakerOpenTime);

        var tryTimeout = Policy.TimeoutAsync<HttpResponseMessage>(limits.TryTime);
        RetryBreakTimeout = Policy.WrapAsync(retry, breaker, tryTimeout);
    }

    /// <summary>From the outside in: tries, the circuit breaker that each of them asks, and the time of each.</summary>
    public IAsyncPolicy<HttpResponseMessage> RetryBreakTimeout { get; }

    /// <summary>A body that is too long will be so again.</summary>
    private static bool IsTransient(HttpRequestException e) => e.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded;

    private static bool IsServerFailure(HttpStatusCode status) => (int)status >= 500 || status == HttpStatusCode.RequestTimeout;

    private bool IsWorthRetrying(HttpResponseMessage response)
    {
        if (!IsServerFailure(response.StatusCode) && response.StatusCode != HttpStatusCode.TooManyRequests)
            return false;

        return RetryAfter(response) is not { } wait || wait < TimeLeft(response);
    }

    private TimeSpan Delay(int attempt, HttpResponseMessage? response)
    {
        var backoff = _limits.RetryDelay * Math.Pow(2, attempt - 1) * (0.5 + _jitter.NextDouble());
        return RetryAfter(response) is { } wait && wait > backoff ? wait : backoff;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    private TimeSpan TimeLeft(HttpResponseMessage response) =>
        response.RequestMessage?.Options.TryGetValue(Deadline, out var deadline) == true
            ? _time.GetElapsedTime(_time.GetTimestamp(), deadline)
            : _limits.SearchTime;
}
