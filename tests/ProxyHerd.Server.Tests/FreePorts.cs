using System.Net;
using System.Net.Sockets;

namespace ProxyHerd.Server.Tests;

/// <summary>Ports that the system says are free, for servers that have to know each other's before they start.</summary>
internal static class FreePorts
{
    /// <summary>Takes some at once, so that they differ, and lets go of them.</summary>
    public static int[] Take(int count)
    {
        var holders = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var holder in holders)
            holder.Start();
        var ports = holders.Select(holder => ((IPEndPoint)holder.LocalEndpoint).Port).ToArray();
        foreach (var holder in holders)
            holder.Dispose();
        return ports;
    }
}
