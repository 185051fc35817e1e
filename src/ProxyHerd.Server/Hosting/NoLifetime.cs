namespace ProxyHerd.Server.Hosting;

/// <summary>Leaves signals alone: <see cref="HerdProcess"/> takes them once for all of its servers.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
