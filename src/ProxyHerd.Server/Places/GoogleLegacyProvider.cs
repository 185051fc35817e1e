using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;
using Polly.Timeout;
using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places;

/// <summary>Asks Google's legacy Nearby Search and passes its answer on. The HTTP client brings the retries with it.</summary>
internal sealed partial class GoogleLegacyProvider : IPlacesProvider
{
    /// <summary>What <c>Places:Provider</c> calls it.</summary>
    public const string ProviderName = "GoogleLegacy";

    private readonly HttpClient _client;
    private readonly GoogleLegacyLimits _limits;
    private readonly TimeProvider _time;
    private readonly ILogger<GoogleLegacyProvider> _logger;
    private readonly string _endpoint;
    private readonly string _key;

    /// <summary>Made by the HTTP client factory, once a server. Reads the key.</summary>
    public GoogleLegacyProvider(
        HttpClient client,
        IOptions<PlacesOptions> options,
        GoogleLegacyLimits limits,
        TimeProvider time,
        ILogger<GoogleLegacyProvider> logger)
    {
        (_client, _limits, _time, _logger) = (client, limits, time, logger);
        _endpoint = options.Value.GoogleLegacy.BaseUrl.TrimEnd('/') + "/maps/api/place/nearbysearch/json";
        _key = options.Value.Google.ReadKey();
    }

    /// <inheritdoc/>
    public string Name => ProviderName;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(_limits.SearchTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, budget.Token);
        try
        {
            using var response = await AskAsync(query, either.Token);
            return response.IsSuccessStatusCode
                ? await PassOnAsync(response, query.Bound, either.Token)
                : Refused(response.StatusCode);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(NearbySearchStatus.UnknownError, "the places service did not answer in time");
        }
        catch (TimeoutRejectedException)
        {
            return Failed(NearbySearchStatus.UnknownError, "the places service did not answer in time");
        }
        catch (BrokenCircuitException)
        {
            LogCircuitOpen();
            return NearbySearchJson.Failure(NearbySearchStatus.UnknownError, "the places service fails and is not asked for a while");
        }
        catch (HttpRequestException e)
        {
            return Failed(NearbySearchStatus.UnknownError, e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
                ? "the places service's answer is too long"
                : $"the places service could not be asked ({e.HttpRequestError})");
        }
    }

    /// <summary><c>GET …/nearbysearch/json?location=34.06893,-118.445127&amp;radius=10000&amp;key=…</c></summary>
    private async Task<HttpResponseMessage> AskAsync(PlacesQuery query, CancellationToken cancellationToken)
    {
        var uri = $"{_endpoint}?location={Plain(query.Latitude)},{Plain(query.Longitude)}&radius={Plain(query.RadiusMeters)}"
            + $"&key={Uri.EscapeDataString(_key)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        var searchTicks = (long)(_limits.SearchTime.TotalSeconds * _time.TimestampFrequency);
        request.Options.Set(GoogleLegacyPolicies.Deadline, _time.GetTimestamp() + searchTicks);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        finally
        {
            // Sockets may complete inline, on the thread that serves all of them: parsing must not hold it up.
            await Task.Yield();
        }
    }

    private async Task<ReadOnlyMemory<byte>> PassOnAsync(HttpResponseMessage response, int bound, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return NearbySearchCutter.Cut(body, bound, _key)
            ?? Failed(NearbySearchStatus.UnknownError, "the places service's answer is not a JSON object");
    }

    private ReadOnlyMemory<byte> Refused(HttpStatusCode code)
    {
        var status = code switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => NearbySearchStatus.RequestDenied,
            HttpStatusCode.TooManyRequests => NearbySearchStatus.OverQueryLimit,
            HttpStatusCode.RequestTimeout => NearbySearchStatus.UnknownError,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => NearbySearchStatus.InvalidRequest,
            _ => NearbySearchStatus.UnknownError,
        };
        return Failed(status, $"the places service answered with HTTP status {(int)code}");
    }

    private ReadOnlyMemory<byte> Failed(string status, string message)
    {
        LogFailed(status, message);
        return NearbySearchJson.Failure(status, message);
    }

    /// <summary>Ten decimals, a hundredth of a millimetre in degrees, and never an exponent.</summary>
    private static string Plain(double number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    // No exception is logged: its text may name the URL, and the key is in that.
    [LoggerMessage(EventId = 7001, Level = LogLevel.Warning, Message = "A search for places ended with {Status}: {Reason}")]
    private partial void LogFailed(string status, string reason);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Debug, Message = "A search for places was not made: the circuit is open")]
    private partial void LogCircuitOpen();
}
