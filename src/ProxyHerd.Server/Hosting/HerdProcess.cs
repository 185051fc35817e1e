using System.Net.Sockets;
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
                if (await TryStartAsync(server, app, errors) is { } failure)
                    return failure;
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

    /// <returns>Null if the server listens, else an exit code.</returns>
    private async Task<int?> TryStartAsync(string name, WebApplication app, TextWriter errors)
    {
        try
        {
            await app.StartAsync();
            return null;
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            errors.WriteLine($"{name}: {exception.Message} Stop the other process, or give {name} another port under Herd:Servers:{name}.");
            return ExitCodes.PortInUse;
        }
        catch (SocketException exception)
        {
            var own = configuration.Herd.Servers[name];
            errors.WriteLine(
                $"{name}: cannot listen on {configuration.Herd.Listen}, Port {own.Port}, HttpPort {own.HttpPort}: {exception.Message}. "
                + "Herd:Listen is an address of this machine, and ports below 1024 may need rights.");
            return ExitCodes.WrongConfiguration;
        }
    }
}
