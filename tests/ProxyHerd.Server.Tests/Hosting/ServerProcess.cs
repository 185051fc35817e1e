using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace ProxyHerd.Server.Tests.Hosting;

/// <summary>The built server as a process of its own, in a folder of the test's. Disposal kills it if it still runs.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private static readonly string[] OwnVariables =
    [
        "Herd__", "Journal__", "Places__", "Limits__", "Expiry__", "Logs__", "Logging__", "Kestrel__", "DOTNET_ENVIRONMENT", "ASPNETCORE_", "ENVIRONMENT",
        "OTEL_",
    ];

    /// <summary>A shell that runs the tests in its background has them ignore SIGINT, and children inherit that.</summary>
    private static readonly string[] DefaultSignals = ["/usr/bin/env", "--default-signal=INT"];

    private readonly Process _process;
    private readonly Task _outputEnd;
    private readonly Task _errorsEnd;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ServerProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        _process.StandardInput.Close();
        _outputEnd = GatherAsync(_process.StandardOutput, _output);
        _errorsEnd = GatherAsync(_process.StandardError, _errors);
    }

    /// <summary>What it has written to its standard output.</summary>
    public string Output => TextOf(_output);

    /// <summary>What it has written to its standard error.</summary>
    public string Errors => TextOf(_errors);

    /// <summary>The lines of <see cref="Errors"/>.</summary>
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The server's file, which the build puts beside the tests.</summary>
    public static string ServerFile { get; } = Path.Combine(AppContext.BaseDirectory, "ProxyHerd.Server.dll");

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its current directory.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ServerProcess Start(string folder, params string[] arguments) => Start(folder, [], arguments);

    /// <summary>Starts it with environment variables.</summary>
    public static ServerProcess Start(string folder, (string Name, string Value)[] variables, params string[] arguments) =>
        Start(folder, variables, OperatingSystem.IsLinux() ? DefaultSignals : [], arguments);

    /// <summary>Starts it so that no file of its can grow beyond a size: a write past that fails.</summary>
    public static ServerProcess StartWithFileLimit(string folder, int kilobytesMax, params string[] arguments)
    {
        // The shell counts in blocks of 512 bytes. Code that is written through a second, shared mapping would be a file too.
        var script = string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {2 * kilobytesMax}; exec \"$@\"");
        return Start(folder, [("DOTNET_EnableWriteXorExecute", "0")], ["/bin/sh", "-c", script, "sh"], arguments);
    }

    private static ServerProcess Start(string folder, (string Name, string Value)[] variables, string[] prefix, string[] arguments)
    {
        var dotnet = Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";
        var start = new ProcessStartInfo
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        string[] words = [.. prefix, dotnet, ServerFile, .. arguments];
        start.FileName = words[0];
        foreach (var word in words[1..])
            start.ArgumentList.Add(word);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (Array.Exists(OwnVariables, own => ((string)variable.Key).StartsWith(own, StringComparison.OrdinalIgnoreCase)))
                start.Environment.Remove((string)variable.Key);
        }

        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new ServerProcess(start);
    }

    /// <summary>Arguments that give every server of the shipped herd free ports, so that none is asked for twice on one machine.</summary>
    public static string[] FreePorts { get; } =
    [
        .. from server in new[] { "Alford", "Bolden", "Hamilton", "Parker", "Powell" }
           from key in new[] { "Port", "HttpPort" }
           select $"--Herd:Servers:{server}:{key}=0",
    ];

    /// <summary>Waits until it has printed its table, and returns each server's ports.</summary>
    public async Task<Dictionary<string, (int Lines, int Http)>> ListenAsync()
    {
        await Eventually.BeAsync(
            "the server's table", () => Output.Contains("Ctrl-C stops.", StringComparison.Ordinal) || _process.HasExited);
        if (_process.HasExited)
            throw new InvalidOperationException($"The server ended with {_process.ExitCode}.\n{Output}\n{Errors}");
        return TableLine().Matches(Output).ToDictionary(
            line => line.Groups["name"].Value,
            line => (PortOf(line.Groups["lines"]), PortOf(line.Groups["http"])),
            StringComparer.Ordinal);
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} could not be sent: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Waits until it has ended and all that it wrote is read.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync()
    {
        await Eventually.EndAsync($"the end of the server\n{Output}\n{Errors}", _process.WaitForExitAsync());
        await Eventually.EndAsync("the end of the server's output", Task.WhenAll(_outputEnd, _errorsEnd));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await Eventually.EndAsync("the end of a server that was killed", _process.WaitForExitAsync());
        _process.Dispose();
    }

    private static int PortOf(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    private static async Task GatherAsync(StreamReader source, StringBuilder text)
    {
        while (await source.ReadLineAsync() is { } line)
        {
            lock (text)
                text.Append(line).Append('\n');
        }
    }

    private static string TextOf(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    [GeneratedRegex(@"^  (?<name>\w+) +(?<lines>\d+) +(?<http>\d+)$", RegexOptions.Multiline)]
    private static partial Regex TableLine();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
