using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Server.Dialling;

/// <summary>Dials neighbours over TCP.</summary>
internal sealed class SocketDialler : IConnectionFactory
{
    /// <summary>Connects to a host name or address and a port.</summary>
    /// <exception cref="IOException">The name is not known, nobody answers, or no file is left for a socket.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new DialledConnection(await ConnectSocketAsync(endpoint, cancellationToken));

    /// <summary>The socket of it.</summary>
    internal static async ValueTask<Socket> ConnectSocketAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            // It too can fail: there may be no file left for it.
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(endpoint, cancellationToken);
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // The resolver takes some hosts, 0.0.0.0 for one, for the caller's error.
            socket?.Dispose();
            throw new IOException(exception.Message, exception);
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose();
            throw;
        }
    }
}
