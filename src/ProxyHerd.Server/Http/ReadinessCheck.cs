using Microsoft.Extensions.Diagnostics.HealthChecks;
using ProxyHerd.Server.Journal;

namespace ProxyHerd.Server.Http;

/// <summary>Ready from when the ports are bound until the server begins to stop, or its journal fails.</summary>
internal sealed class ReadinessCheck(IHostApplicationLifetime lifetime, IJournalHealth journal) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (journal.Fault.IsCompletedSuccessfully)
            return Task.FromResult(HealthCheckResult.Unhealthy(journal.Fault.Result.Message));
        var isReady = lifetime.ApplicationStarted.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested;
        return Task.FromResult(isReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("starting or stopping"));
    }
}
