using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Connections;

namespace ProxyHerd.Server.Places.Google;

/// <summary>
/// Answers with what one of Google's APIs says. Calls cost money: equal questions share one, an address may ask so often, and no
/// answer is kept.
/// </summary>
internal sealed partial class GoogleProvider(
    IGoogleApi api,
    GoogleClient client,
    AddressRates rates,
    ApiKey key,
    GoogleMetrics metrics,
    TimeProvider time,
    ILogger<GoogleProvider> logger) : IPlacesProvider
{
    private readonly SingleFlight<GoogleQuestion, GoogleReply> _flights = new();
    private readonly OnceAMinute _failures = new(time);
    private readonly ILogger<GoogleProvider> _logger = logger;

    /// <inheritdoc/>
    public string Name => api.Name;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!rates.TryTake(query.Asker))
        {
            metrics.Refused();
            Trace("refused", isGood: false);
            return new(NearbySearchJson.Failure(NearbySearchStatus.OverQueryLimit, "too many questions from this address; ask again in a second"));
        }

        return new(AnswerAsync(query, cancellationToken));
    }

    private async Task<ReadOnlyMemory<byte>> AnswerAsync(PlacesQuery query, CancellationToken cancellationToken)
    {
        var search = client.Begin(query);
        var flight = _flights.RunAsync(GoogleQuestion.Of(query), () => AskAsync(search), out var joined);
        if (joined)
        {
            metrics.Joined();
            Activity.Current?.SetTag("proxyherd.places.joined", true);
        }

        var reply = await flight.WaitAsync(cancellationToken);
        Trace(metrics.Answered(reply), reply.IsGood);
        return reply.Answer is { } answer ? Write(answer, query.Bound) : NearbySearchJson.Failure(reply.Status, reply.Message);
    }

    private async Task<GoogleReply> AskAsync(GoogleSearch search)
    {
        var reply = await client.AskAsync(search);
        if (!reply.IsGood)
            LogFailure(reply);
        return reply;
    }

    private ReadOnlyMemory<byte> Write(JsonElement answer, int bound)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, NearbySearchJson.WriterOptions))
            api.Write(json, answer, bound);
        return key.TakeOutOf(buffer.WrittenMemory);
    }

    /// <summary>Says on the WHATSAT's activity what came of it; in words of our own, since Google's may repeat the key.</summary>
    private void Trace(string outcome, bool isGood)
    {
        if (Activity.Current is not { IsAllDataRequested: true } activity)
            return;
        activity.SetTag("proxyherd.places.provider", Name);
        activity.SetTag("proxyherd.places.outcome", outcome);
        if (!isGood)
            activity.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>One a minute is for people; a Google that is down fails as many searches as clients ask for.</summary>
    private void LogFailure(GoogleReply reply)
    {
        var reason = string.Join(": ", new[] { reply.Message, reply.Said }.Where(part => !string.IsNullOrEmpty(part)));
        if (!_failures.IsDue(out var passedOver))
            LogFurther(reply.Status, reason);
        else if (passedOver == 0)
            LogFailed(reply.Status, reason);
        else
            LogFailedWithOthers(reply.Status, reason, passedOver);
    }

    [LoggerMessage(EventId = 7001, Level = LogLevel.Warning, Message = "A search for places ended with {Status}: {Reason}")]
    private partial void LogFailed(string status, string reason);

    [LoggerMessage(
        EventId = 7002,
        Level = LogLevel.Warning,
        Message = "A search for places ended with {Status}: {Reason}; {Others} more failed since the last such line")]
    private partial void LogFailedWithOthers(string status, string reason, int others);

    [LoggerMessage(EventId = 7005, Level = LogLevel.Debug, Message = "A search for places ended with {Status}: {Reason}")]
    private partial void LogFurther(string status, string reason);
}
