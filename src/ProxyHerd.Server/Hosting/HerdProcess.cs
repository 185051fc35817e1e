using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting.Systemd;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Connections;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;
using ProxyHerd.Server.Places.Files;
using ProxyHerd.Server.Places.Google;
using ProxyHerd.Server.Telemetry;
using ProxyHerd.Server.Upkeep;

namespace ProxyHerd.Server.Hosting;

/// <summary>The servers that this process runs: one, or all of the herd.</summary>
internal sealed class HerdProcess(ServerConfiguration configuration) : IAsyncDisposable
{
    /// <summary>What a stop may take, a WHATSAT that waits for its provider included, before what is left is cut.</summary>
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);

    private readonly List<(string Name, WebApplication App)> _servers = [];

    /// <summary>Runs until a signal, until a server is asked to stop, or until a journal fails.</summary>
    /// <returns>An exit code.</returns>
    public async Task<int> RunAsync(TextWriter output, TextWriter errors)
    {
        if (configuration.Journal.Level != Durability.Memory)
            RocksDbLibrary.LoadAhead();

        using var freedMemory = new FreedMemory(TimeProvider.System);

        // Says nothing unless systemd has named the socket to say it to.
        var systemd = new SystemdNotifier();
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopInstead);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopInstead);
        int exitCode;
        try
        {
            exitCode = await ServeAsync(stop, systemd, output, errors);
        }
        finally
        {
            systemd.Notify(ServiceState.Stopping);
            using var limit = new CancellationTokenSource(StopMax);
            await Task.WhenAll(_servers.Select(server => server.App.StopAsync(limit.Token)));
        }

        return exitCode == ExitCodes.Stopped ? SayFaults(errors) : exitCode;

        void StopInstead(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    /// <inheritdoc/>
    /// <remarks>All at once: each may wait for a collector of traces that does not answer.</remarks>
    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_servers.Select(server => Task.Run(async () =>
        {
            if (server.App.Lifetime.ApplicationStarted.IsCancellationRequested)
                await TelemetryRegistration.SendRestAsync(server.App.Services);
            await server.App.DisposeAsync();
        })));

    /// <summary>Starts all servers and waits for a reason to stop them.</summary>
    /// <returns>An exit code; of a journal that failed the end tells.</returns>
    private async Task<int> ServeAsync(TaskCompletionSource stop, SystemdNotifier systemd, TextWriter output, TextWriter errors)
    {
        if (!TryLoadPlaces(errors, out var places) || !TryBuild(places, errors))
            return ExitCodes.WrongConfiguration;
        foreach (var (server, app) in _servers)
        {
            if (await TryStartAsync(server, app, errors) is { } failure)
                return failure;
            app.Lifetime.ApplicationStopping.Register(() => stop.TrySetResult());
        }

        systemd.Notify(ServiceState.Ready);
        Banner.Write(output, [.. _servers.Select(server => (server.Name, server.App.Services.GetRequiredService<BoundPorts>()))]);
        await Task.WhenAny([stop.Task, .. _servers.Select(server => FaultOf(server.App))]);
        return ExitCodes.Stopped;
    }

    /// <summary>Reads the files of places once for all servers; here for the same reason as certificates are (see <see cref="TryBuild"/>).</summary>
    private bool TryLoadPlaces(TextWriter errors, [NotNullWhen(true)] out PlaceFiles? places)
    {
        places = null;
        try
        {
            places = PlaceFiles.Load(configuration.Places.FilesToRead());
            return true;
        }
        catch (PlaceFilesException exception)
        {
            foreach (var mistake in exception.Mistakes)
                errors.WriteLine(mistake);
            return false;
        }
    }

    /// <summary>
    /// Builds all servers. What is wrong with their certificates comes out here rather than with the other mistakes: <c>health</c>
    /// reads the configuration too, and must not say that a server is ill because its files are just being replaced. No journal is
    /// touched unless all can be built.
    /// </summary>
    private bool TryBuild(PlaceFiles places, TextWriter errors)
    {
        var isFine = true;
        foreach (var server in configuration.ServersToRun)
        {
            try
            {
                _servers.Add((server, ServerHost.Build(configuration, server, places)));
            }
            catch (CryptographicException exception)
            {
                errors.WriteLine($"{server}: {exception.Message}");
                isFine = false;
            }
        }

        if (isFine)
            _servers.ForEach(static server => ServerHost.Prepare(server.App));
        return isFine;
    }

    /// <summary>A journal may have failed while the servers ran, or at its last sync; or a service that runs beside.</summary>
    private int SayFaults(TextWriter errors)
    {
        var faults = _servers.Select(server => FaultOf(server.App)).Where(fault => fault.IsCompleted).ToList();
        foreach (var fault in faults)
            errors.WriteLine(fault.Result.Message);
        if (faults.Count > 0)
            return ExitCodes.JournalUnusable;

        // With its stack trace, which only a log in a file has.
        var exitCode = ExitCodes.Stopped;
        foreach (var (name, app) in _servers)
        {
            foreach (var service in app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Where(static service => service.ExecuteTask is { IsFaulted: true }))
            {
                errors.WriteLine($"{name}: it stopped because of an error in itself: {service.ExecuteTask!.Exception!.InnerException}");
                exitCode = ExitCodes.Failed;
            }
        }

        return exitCode;
    }

    private static Task<IOException> FaultOf(WebApplication app) => app.Services.GetRequiredService<JournalService>().Fault;

    /// <returns>Null if the server listens, else an exit code.</returns>
    private async Task<int?> TryStartAsync(string name, WebApplication app, TextWriter errors)
    {
        try
        {
            await app.StartAsync();
            return null;
        }
        catch (Exception exception) when (exception is JournalException or CallLedgerException)
        {
            errors.WriteLine(exception.Message);
            return ExitCodes.JournalUnusable;
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
        catch (Exception exception) when (IsOfKestrelsConfiguration(exception))
        {
            errors.WriteLine($"Kestrel: {name} cannot listen as that section says: {exception.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.WrongConfiguration;
        }
    }

    /// <summary>What Kestrel throws over a URL, a certificate or a combination of keys that it does not take.</summary>
    private bool IsOfKestrelsConfiguration(Exception exception) =>
        configuration.Root.GetSection("Kestrel").GetChildren().Any()
        && exception is FormatException or ArgumentException or InvalidOperationException or IOException or CryptographicException;
}
