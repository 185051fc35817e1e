using ProxyHerd.Herd;

namespace ProxyHerd.Server.Upkeep;

/// <summary>Runs what removes locations in time, for as long as the server runs.</summary>
internal sealed class KeepingService(HerdServer server) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await server.Keeper.RunAsync(stoppingToken);
        }
        catch (IOException)
        {
            // The journal failed; it says so itself, and the process ends for that reason.
        }
    }
}
