using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyHerd.Benchmarks.Recovery;

/// <summary>One server on disk, as a process of its own without neighbours.</summary>
internal sealed class ServerUnderTest : IDisposable
{
    /// <summary>A server that has not answered by then never will.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(2);

    private readonly Process _process;
    private readonly int _port;

    private ServerUnderTest(Process process, int port)
    {
        _process = process;
        _port = port;
    }

    /// <summary>Its resident memory, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            const string Key = "VmRSS:";
            var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status")).First(line => line.StartsWith(Key, StringComparison.Ordinal));
            return long.Parse(line.AsSpan(Key.Length).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) << 10;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its current directory, with its journal.</param>
    /// <param name="port">Its port.</param>
    public static ServerUnderTest Start(string folder, int port)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "ProxyHerd.Server.dll"), "Solo", "--config", ConfigurationFile(folder, port),
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        return new ServerUnderTest(process, port);
    }

    /// <summary>Asks a line again and again until it is answered.</summary>
    public async Task<string> AskAsync(string line)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, _port);
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
                using var reader = new StreamReader(client.GetStream());
                return await reader.ReadLineAsync() ?? throw new IOException("The server hung up.");
            }
            catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(start) < AnswerMax)
            {
                await Task.Delay(TryEvery, TimeProvider.System);
            }
        }
    }

    /// <summary>Kills it, and waits until it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static string ConfigurationFile(string folder, int port)
    {
        var file = Path.Combine(folder, "server.json");
        File.WriteAllText(file, string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "Herd": { "Servers": { "Solo": { "Port": {{port}}, "HttpPort": 0 } } },
              "Logs": { "Path": null },
              "Logging": { "LogLevel": { "Default": "Warning" } }
            }
            """));
        return file;
    }
}
