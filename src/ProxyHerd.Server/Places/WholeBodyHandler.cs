namespace ProxyHerd.Server.Places;

/// <summary>
/// Reads the body as part of the try that asked for it, so that its time-out, retries and circuit breaker cover the body
/// too, and refuses one that is too long.
/// </summary>
internal sealed class WholeBodyHandler(GoogleLegacyLimits limits) : DelegatingHandler
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(limits.BodyBytesMax, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
