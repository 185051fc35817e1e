using ProxyHerd.Herd;

namespace ProxyHerd.Server.Flooding;

/// <summary>Dials the neighbours once the server listens, and says BYE to them once it has hung up on its clients.</summary>
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
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The last replies are out by now; with nothing on disk, what they speak of is safe with the neighbours alone.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => server.Links.StopAsync();
}
