using System.Net;
using System.Net.Sockets;

namespace ProxyHerd.EndToEnd.Processes;

/// <summary>Ports for one herd, that no other herd of any test run on this machine is given meanwhile.</summary>
/// <remarks>
/// The first port of a block is held open for as long as the block is used; whoever holds it owns the rest. The blocks lie
/// below the ports that the system gives to outgoing connections: one of those, dialling a port that nobody listens on,
/// may be given that very port and meet itself.
/// </remarks>
internal sealed class PortBlock : IDisposable
{
    private const int Size = 20;
    private const int First = 16_000;
    private const int Last = 32_000;

    private readonly TcpListener _guard;
    private int _next;

    private PortBlock(TcpListener guard, int first)
    {
        _guard = guard;
        _next = first;
    }

    /// <summary>Takes a block of which every port is free.</summary>
    public static PortBlock Take()
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            var first = First + (Random.Shared.Next((Last - First) / Size) * Size);
            if (TryListen(first) is not { } guard)
                continue;
            if (Enumerable.Range(first + 1, Size - 1).All(IsFree))
                return new PortBlock(guard, first + 1);
            guard.Stop();
        }

        throw new InvalidOperationException($"There are no {Size} free ports in a row between {First} and {Last}.");
    }

    /// <summary>The next port of the block.</summary>
    public int Next() => _next++;

    /// <inheritdoc/>
    public void Dispose() => _guard.Stop();

    private static bool IsFree(int port)
    {
        var listener = TryListen(port);
        listener?.Stop();
        return listener is not null;
    }

    private static TcpListener? TryListen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Stop();
            return null;
        }
    }
}
