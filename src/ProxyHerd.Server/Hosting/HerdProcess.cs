using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Server.Connections;

namespace ProxyHerd.Server.Hosting;

/// <summary>The servers that this process runs: one, or all of the herd.</summary>
internal sealed class HerdProcess(ServerConfiguration configuration) : IAsyncDisposable
{
    /// <summary>What a stop may take, a WHATSAT that waits for its provider included, before what is left is cut.</summary>
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);

    private readonly List<(string Name, WebApplication App)> _servers = [];

    /// <summary>Runs until a signal, or until a server is asked to stop.</summary>
    /// <returns>An exit code.</returns>
    public async Task<int> RunAsync(TextWriter output, TextWriter errors)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopInstead);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopInstead);
        try
        {
            foreach (var server in configuration.ServersToRun)
                _servers.Add((server, ServerHost.Build(configuration, server)));
            foreach (var (server, app) in _servers)
            {
                if (!await TryStartAsync(server, app, errors))
                    return ExitCodes.PortInUse;
                app.Lifetime.ApplicationStopping.Register(() => stop.TrySetResult());
            }

            Banner.Write(output, [.. _servers.Select(server => (server.Name, server.App.Services.GetRequiredService<BoundPorts>()))]);
            await stop.Task;
            return ExitCodes.Stopped;
        }
        finally
        {
            using var limit = new CancellationTokenSource(StopMax);
            await Task.WhenAll(_servers.Select(server => server.App.StopAsync(limit.Token)));
        }

        void StopInstead(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, app) in _servers)
            await app.DisposeAsync();
    }

    private static async Task<bool> TryStartAsync(string name, WebApplication app, TextWriter errors)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            errors.WriteLine($"{name}: {exception.Message} Stop the other process, or give {name} another port under Herd:Servers:{name}.");
            return false;
        }
    }
}
