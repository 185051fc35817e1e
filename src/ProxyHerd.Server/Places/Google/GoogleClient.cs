using Polly.Bulkhead;
using Polly.CircuitBreaker;
using Polly.Timeout;
using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places.Google;

/// <summary>Asks Google, and says in a reply whatever came of it. The HTTP client brings tries, limits and the circuit breaker with it.</summary>
/// <remarks>No exception is passed on or logged: its text may name the URL, where the legacy API's key is.</remarks>
internal sealed class GoogleClient(HttpClient http, IGoogleApi api, GoogleLimits limits, TimeProvider time)
{
    private const string TooSlow = "the places service did not answer in time";

    /// <summary>The search for a query that has just been read; its time begins now, not when a thread is free for it.</summary>
    public GoogleSearch Begin(in PlacesQuery query) =>
        new(query, time.GetTimestamp() + (long)(limits.SearchTime.TotalSeconds * time.TimestampFrequency));

    /// <summary>Asks; ends when the search's time does.</summary>
    public async Task<GoogleReply> AskAsync(GoogleSearch search)
    {
        var givesUp = new CancellationTokenSource();
        var sending = SendAsync(search, givesUp.Token);
        using var answered = new CancellationTokenSource();
        var left = time.GetElapsedTime(time.GetTimestamp(), search.Deadline);
        if (await Task.WhenAny(sending, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, answered.Token)) == sending)
        {
            await answered.CancelAsync();
            givesUp.Dispose();
            return await sending;
        }

        // Hundreds of searches may be over at the same time. To unwind one takes longer than to answer it, so that is queued behind
        // the others' answers: fairly, since a thread takes up what it queued itself first.
        _ = Task.Factory.StartNew(
            () => EndAsync(sending, givesUp), CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default);

        // It may have been waiting for a further try: then it is known what the last came to.
        return search.Reply ?? GoogleReply.Failure(NearbySearchStatus.UnknownError, TooSlow);
    }

    private static async Task EndAsync(Task sending, CancellationTokenSource givesUp)
    {
        givesUp.Cancel();
        await sending;
        givesUp.Dispose();
    }

    /// <summary>Sends, as often as the policies say.</summary>
    private async Task<GoogleReply> SendAsync(GoogleSearch search, CancellationToken cancellationToken)
    {
        try
        {
            using var request = api.Ask(search.Query);
            search.RideOn(request);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return search.Reply!;
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutRejectedException)
        {
            return GoogleReply.Failure(NearbySearchStatus.UnknownError, TooSlow);
        }
        catch (BrokenCircuitException)
        {
            return GoogleReply.Failure(NearbySearchStatus.UnknownError, "the places service fails and is not asked for a while");
        }
        catch (BulkheadRejectedException)
        {
            return GoogleReply.Failure(NearbySearchStatus.UnknownError, "too many questions wait for the places service");
        }
        catch (CallsSpentException)
        {
            return GoogleReply.Failure(NearbySearchStatus.OverQueryLimit, "this server's calls of the places service are spent for this month");
        }
        catch (CallLedgerException)
        {
            return GoogleReply.Failure(NearbySearchStatus.UnknownError, "this server cannot count its calls of the places service and makes none");
        }
        catch (HttpRequestException e)
        {
            return GoogleReply.Failure(NearbySearchStatus.UnknownError, e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? "the places service's answer is too long"
                : $"the places service could not be asked ({e.HttpRequestError})");
        }
        catch (Exception e)
        {
            // Such as NotSupportedException, for a proxy that the environment names wrongly. No failure may cost the client its line.
            return GoogleReply.Failure(NearbySearchStatus.UnknownError, $"the places service could not be asked ({e.GetType().Name})");
        }
    }
}
