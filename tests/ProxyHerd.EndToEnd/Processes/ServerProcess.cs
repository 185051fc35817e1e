using System.ComponentModel;
using System.Diagnostics;
using Xunit.Sdk;

namespace ProxyHerd.EndToEnd.Processes;

/// <summary>One process of the server, and what it has said.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly string ServerFile = Path.Combine(AppContext.BaseDirectory, "ProxyHerd.Server.dll");

    /// <summary>What the runtime needs from this process's environment; anything else could be a setting of the server's.</summary>
    private static readonly string[] KeptVariables = ["PATH", "HOME", "TMPDIR", "DOTNET_ROOT", "DOTNET_CLI_HOME", "LANG"];

    /// <summary>Of one that ended when it should not have: a stack trace and what went before it.</summary>
    private const int LogLinesShown = 60;

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<string> _log = [];
    private readonly Task _read;

    private ServerProcess(string name, Process process)
    {
        Name = name;
        _process = process;
        _read = Task.WhenAll(ReadAsync(process.StandardOutput, ""), ReadAsync(process.StandardError, "stderr: "));
    }

    /// <summary>The server's name, or the herd's if it runs all of them.</summary>
    public string Name { get; }

    /// <summary>The system's number of it.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has not ended yet.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Everything that it has said so far, errors included.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_lock)
                return [.. _log];
        }
    }

    /// <summary>Starts <c>dotnet ProxyHerd.Server.dll</c>.</summary>
    public static ServerProcess Start(string name, string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in start.Environment.Keys.Except(KeptVariables, StringComparer.Ordinal).ToList())
            start.Environment.Remove(variable);
        start.ArgumentList.Add(ServerFile);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        Reaper.Instance.Watch(process.Id);
        return new ServerProcess(name, process);
    }

    /// <summary>Kills it so that it can do nothing more, and waits until it is gone.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return _process.WaitForExitAsync();
    }

    /// <summary>Sends a signal of <see cref="Signals"/>.</summary>
    public void Signal(int signal) => Signals.Send(_process.Id, signal);

    /// <summary>Asks it to stop, and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="XunitException">It has ended already, by itself.</exception>
    public async Task<int> StopAsync(TimeSpan within)
    {
        try
        {
            Signal(Signals.Terminate);
        }
        catch (Win32Exception)
        {
            var code = await EndAsync(within);
            throw new XunitException($"{Name} has ended by itself, with exit code {code}:\n{string.Join('\n', Log.TakeLast(LogLinesShown))}");
        }

        return await EndAsync(within);
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync(TimeSpan within)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(within, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{Name} did not end within {within}.");
        }

        await _read;
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Reaper.Instance.Forget(_process.Id);
        await _read;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output, string prefix)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_lock)
                _log.Add(prefix + line);
        }
    }
}
