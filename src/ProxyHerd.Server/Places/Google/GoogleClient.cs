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

    /// <summary>Asks; ends within <see cref="GoogleLimits.SearchTime"/>.</summary>
    public async Task<GoogleReply> AskAsync(PlacesQuery query)
    {
        using var budget = new CancellationTokenSource(limits.SearchTime, time);
        var search = new GoogleSearch(query, time.GetTimestamp() + (long)(limits.SearchTime.TotalSeconds * time.TimestampFrequency));
        try
        {
            using var request = api.Ask(query);
            search.RideOn(request);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, budget.Token);
            return search.Reply!;
        }
        catch (OperationCanceledException)
        {
            // It may have been waiting for a further try: then it is known what the last came to.
            return search.Reply ?? GoogleReply.Failure(NearbySearchStatus.UnknownError, TooSlow);
        }
        catch (TimeoutRejectedException)
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
    }
}
