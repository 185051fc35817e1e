using ProxyHerd.Herd;

namespace ProxyHerd.Server.Flooding;

/// <summary>
/// Keeps the links to the neighbours from when the server listens until it has hung up on its clients. A fault in one ends
/// the host, as any background service's does: a server that no longer floods must not look alive.
/// </summary>
internal sealed class FloodingService(HerdServer server, IHostApplicationLifetime lifetime) : BackgroundService, IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Too early: clients are still being answered.</summary>
    public override Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The last replies are out by now; with nothing on disk, what they speak of is safe with the neighbours alone.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        server.Links.Stop();
        return base.StopAsync(cancellationToken);
    }

    /// <summary>Waits for the ports to be bound, so that a neighbour that dials back at once is answered.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var started = lifetime.ApplicationStarted.Register(() => listening.TrySetResult());
        using var stopped = stoppingToken.Register(() => listening.TrySetCanceled(stoppingToken));
        await listening.Task;
        await server.Links.RunAsync();
    }
}
