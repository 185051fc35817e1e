using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ProxyHerd.Benchmarks.Load;

namespace ProxyHerd.Benchmarks.Recovery;

/// <summary>Fills a server on disk, kills it, and times how long it takes until it answers for what it knew.</summary>
internal static class RecoveryRun
{
    private const string Template = @"IAMAT car%7c +34.%6r-118.%6r %T\n";

    /// <summary>Prints what it measures.</summary>
    public static async Task RunAsync(int clients, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("proxyherd-recovery-").FullName;
        try
        {
            await RunAsync(folder, clients, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(string folder, int clients, TextWriter output)
    {
        var port = FreePort();
        var last = string.Create(CultureInfo.InvariantCulture, $"WHATSAT car{clients - 1:d7} 1 0");
        long empty;
        using (var server = ServerUnderTest.Start(folder, port))
        {
            // The same few clients over and over have all code compiled, and the database's buffers in use.
            await server.AskAsync(last);
            LoadGenerator.Run(new LoadOptions { Port = port, Keys = 1000, Requests = 500_000, Template = Template });
            empty = server.ResidentBytes;
            var tally = LoadGenerator.Run(new LoadOptions { Port = port, Keys = clients, Requests = clients, Template = Template, Expect = "AT Solo" });
            Print("told", tally.ToString());
            Print("memory", PerClient(server.ResidentBytes));
            server.Kill();
        }

        var start = Stopwatch.GetTimestamp();
        using (var server = ServerUnderTest.Start(folder, port))
        {
            var line = await server.AskAsync(last);
            var took = Stopwatch.GetElapsedTime(start);
            if (!line.StartsWith("AT Solo ", StringComparison.Ordinal))
                throw new InvalidDataException($"After the restart {last} was answered with {line}");
            Print("back", string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:f2} s from the start until {clients} clients were answered for"));
            Print("memory", PerClient(server.ResidentBytes));
        }

        void Print(string what, string value) => output.WriteLine($"{what,-8} {value}");

        string PerClient(long bytes) => string.Create(
            CultureInfo.InvariantCulture, $"{(bytes - empty) / (double)clients:f0} bytes a client ({bytes >> 20} MB, without them {empty >> 20} MB)");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
