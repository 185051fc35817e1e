using Polly;
using Polly.Bulkhead;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace ProxyHerd.Server.Places.Google;

/// <summary>What is tried again, when, how much of it at once, and when no more. One a server, since the circuit breaker remembers.</summary>
internal sealed partial class GooglePolicies : IDisposable
{
    private readonly GoogleLimits _limits;
    private readonly TimeProvider _time;
    private readonly Random _jitter;
    private readonly ILogger<GooglePolicies> _logger;
    private readonly AsyncBulkheadPolicy<HttpResponseMessage> _callsAtOnce;
    private readonly AsyncCircuitBreakerPolicy<HttpResponseMessage> _breaker;

    /// <summary>Makes the policies.</summary>
    /// <param name="limits">How long and how often.</param>
    /// <param name="time">The clock of the deadline.</param>
    /// <param name="jitter">Called from many threads at once.</param>
    /// <param name="logger">Told when the circuit opens and closes.</param>
    public GooglePolicies(GoogleLimits limits, TimeProvider time, Random jitter, ILogger<GooglePolicies> logger)
    {
        (_limits, _time, _jitter, _logger) = (limits, time, jitter, logger);

        var retry = Policy<HttpResponseMessage>
            .Handle<HttpRequestException>(IsTransient)
            .Or<TimeoutRejectedException>()
            .OrResult(IsWorthRetrying)
            .WaitAndRetryAsync(
                limits.TriesMax - 1,
                (attempt, outcome, _) => Delay(attempt, outcome.Result),
                (_, _, _, _) => Task.CompletedTask);

        _callsAtOnce = Policy.BulkheadAsync<HttpResponseMessage>(limits.CallsAtOnceMax, limits.CallsWaitingMax);

        _breaker = Policy<HttpResponseMessage>
            .Handle<HttpRequestException>(IsTransient)
            .Or<TimeoutRejectedException>()
            .OrResult(response => ReplyOf(response)?.IsGooglesFailure == true)
            .AdvancedCircuitBreakerAsync(
                limits.BreakerFailureRatio,
                limits.BreakerWindow,
                limits.BreakerTriesMin,
                limits.BreakerOpenTime,
                (_, time) => LogOpened(time),
                LogClosed);

        // The time of a try begins when it is its turn, and so does the look at the circuit: what waited while it opened is
        // not tried.
        var tryTimeout = Policy.TimeoutAsync<HttpResponseMessage>(limits.TryTime);
        All = Policy.WrapAsync(retry, _callsAtOnce, _breaker, tryTimeout);
    }

    /// <summary>
    /// From the outside in: tries; for each of them a turn, the circuit breaker and its time.
    /// </summary>
    public IAsyncPolicy<HttpResponseMessage> All { get; }

    /// <summary>Whether Google is not asked for a while, but for probes.</summary>
    public bool IsCircuitOpen => _breaker.CircuitState is CircuitState.Open or CircuitState.HalfOpen;

    /// <summary>Calls under way.</summary>
    public int Calls => _limits.CallsAtOnceMax - _callsAtOnce.BulkheadAvailableCount;

    /// <inheritdoc/>
    public void Dispose() => _callsAtOnce.Dispose();

    /// <summary>A body that is too long will be so again.</summary>
    private static bool IsTransient(HttpRequestException e) => e.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded;

    private static GoogleReply? ReplyOf(HttpResponseMessage response) => GoogleSearch.Of(response.RequestMessage!).Reply;

    private bool IsWorthRetrying(HttpResponseMessage response)
    {
        var search = GoogleSearch.Of(response.RequestMessage!);
        return search.MayTryAgain && (search.Reply?.RetryAfter is not { } wait || wait < TimeLeft(search));
    }

    private TimeSpan Delay(int attempt, HttpResponseMessage? response)
    {
        var backoff = _limits.RetryDelay * Math.Pow(2, attempt - 1) * (0.5 + _jitter.NextDouble());
        return response is not null && ReplyOf(response)?.RetryAfter is { } wait && wait > backoff ? wait : backoff;
    }

    private TimeSpan TimeLeft(GoogleSearch search) => _time.GetElapsedTime(_time.GetTimestamp(), search.Deadline);

    [LoggerMessage(
        EventId = 7003,
        Level = LogLevel.Warning,
        Message = "The places service fails again and again: it is not asked for {Time}, and then once to see whether it is back")]
    private partial void LogOpened(TimeSpan time);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Information, Message = "The places service is back")]
    private partial void LogClosed();
}
