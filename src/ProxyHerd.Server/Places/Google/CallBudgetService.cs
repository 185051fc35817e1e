using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places.Google;

/// <summary>Has the count of calls opened before the server listens, so that one that cannot be kept stops the start.</summary>
internal sealed class CallBudgetService(IPlacesProvider provider, CallBudget budget) : IHostedService
{
    /// <inheritdoc/>
    /// <exception cref="CallLedgerException">The count cannot be kept.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (provider is GoogleProvider)
            budget.Open();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
