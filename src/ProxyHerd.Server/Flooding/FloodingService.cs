using ProxyHerd.Herd;

namespace ProxyHerd.Server.Flooding;

/// <summary>Dials the neighbours once the server listens, and says BYE before it stops listening.</summary>
internal sealed class FloodingService(HerdServer server) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The ports are bound by now, so a neighbour that dials back at once is answered.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        server.Links.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => server.Links.StopAsync();

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
