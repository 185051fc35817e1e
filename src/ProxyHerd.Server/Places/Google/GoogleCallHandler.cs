using System.Diagnostics;

namespace ProxyHerd.Server.Places.Google;

/// <summary>
/// One try: paid for before it is made, its body read as part of it, so that its time-out, retries and circuit breaker cover the
/// body too, and understood, since what the legacy API says of a failure stands there.
/// </summary>
internal sealed class GoogleCallHandler(
    GoogleLimits limits,
    CallBudget budget,
    GoogleReplyReader reader,
    GoogleMetrics metrics,
    TimeProvider time) : DelegatingHandler
{
    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The search's time is over.</exception>
    /// <exception cref="CallsSpentException">The month's calls are spent.</exception>
    /// <exception cref="CallLedgerException">The count of calls cannot be written.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var search = GoogleSearch.Of(request);

        // Searches that wait for a turn are over at the same time as those that have one: each that ends would let in another, whose
        // answer nobody waits for any more, and which costs all the same.
        if (time.GetTimestamp() >= search.Deadline)
            throw new OperationCanceledException("The search's time is over.");
        search.Begin();
        budget.Spend();
        using var activity = StartActivity(request);
        var began = metrics.Begin();
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
            activity?.SetTag("http.response.status_code", (int)response.StatusCode);
            await response.Content.LoadIntoBufferAsync(limits.BodyBytesMax, cancellationToken);

            // Sockets may complete inline, on the thread that serves all of them: parsing must not hold it up.
            await Task.Yield();
            search.End(reader.Read(response, await response.Content.ReadAsByteArrayAsync(cancellationToken)));
            return response;
        }
        catch
        {
            response?.Dispose();
            throw;
        }
        finally
        {
            var outcome = metrics.Called(search.Reply, began);
            activity?.SetTag("proxyherd.places.outcome", outcome);
            if (search.Reply is not { IsGood: true })
                activity?.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>
    /// Below the WHATSAT that asks first, and only if that is traced. It stands for HttpClient's own, whose URL has the legacy
    /// API's key; so its name and tags are of parts that have none.
    /// </summary>
    private static Activity? StartActivity(HttpRequestMessage request)
    {
        var activity = Activity.Current is { IsAllDataRequested: true } search
            ? search.Source.StartActivity(request.Method.Method, ActivityKind.Client)
            : null;
        activity?.SetTag("http.request.method", request.Method.Method);
        activity?.SetTag("server.address", request.RequestUri!.Host);
        activity?.SetTag("server.port", request.RequestUri!.Port);
        return activity;
    }
}
