using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ProxyHerd.Server.Http;

/// <summary>Ready from when the ports are bound until the server begins to stop.</summary>
internal sealed class ReadinessCheck(IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var isReady = lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested;
        return Task.FromResult(isReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("starting or stopping"));
    }
}
