using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Server.Dialling;

/// <summary>Dials neighbours over TCP.</summary>
internal sealed class SocketDialler : IConnectionFactory
{
    /// <summary>Connects to a host name or address and a port.</summary>
    /// <exception cref="IOException">The name is not known, or nobody answers.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new DialledConnection(socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException(exception.Message, exception);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }
}
