using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ProxyHerd.Server.Connections;

namespace ProxyHerd.Server.Hosting;

/// <summary>What a person sees once the servers listen.</summary>
internal static class Banner
{
    /// <summary>Writes a table of the servers with their ports, and lines to try.</summary>
    public static void Write(TextWriter output, IReadOnlyList<(string Name, BoundPorts Ports)> servers)
    {
        var width = Math.Max("Server".Length, servers.Max(server => server.Name.Length));
        output.WriteLine();
        output.WriteLine($"  {"Server".PadRight(width)}   Lines    HTTP");
        foreach (var (name, ports) in servers)
            output.WriteLine($"  {name.PadRight(width)}   {BoundPorts.PortOf(ports.Lines),5}   {BoundPorts.PortOf(ports.Http),5}");

        var first = TargetOf(servers[0].Ports.Lines);
        var last = TargetOf(servers[^1].Ports.Lines);
        output.WriteLine();
        output.WriteLine("  Try, in another terminal:");
        output.WriteLine($"    echo \"IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 $(date +%s)\" | nc -w 1 {first}");
        output.WriteLine($"    echo \"WHATSAT kiwi.cs.ucla.edu 10 5\" | nc -w 1 {last}");
        output.WriteLine();
        output.WriteLine("  Ctrl-C stops.");
        output.WriteLine();
        output.Flush();
    }

    /// <summary>An address and a port as <c>nc</c> takes them; a server that listens everywhere is tried on this machine.</summary>
    private static string TargetOf(ListenOptions? endpoint)
    {
        var address = endpoint?.EndPoint is IPEndPoint { Address: var bound } && !bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any)
            ? bound
            : IPAddress.Loopback;
        return $"{address} {BoundPorts.PortOf(endpoint)}";
    }
}
