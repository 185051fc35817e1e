using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Server.Dialling;

/// <summary>Dials neighbours over TCP.</summary>
internal sealed class SocketDialler : IConnectionFactory
{
    /// <summary>Connects to a host name or address and a port.</summary>
    /// <exception cref="IOException">The name is not known, nobody answers or hangs up at once, or no file is left for a socket.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new DialledConnection(await ConnectSocketAsync(endpoint, cancellationToken));

    /// <summary>The socket of it.</summary>
    internal static async ValueTask<Socket> ConnectSocketAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        var isConnected = false;
        try
        {
            // It too can fail: there may be no file left for it.
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var attempt = new Attempt(endpoint);
            if (await attempt.ConnectAsync(socket, cancellationToken) is { } failure)
                throw new IOException(failure.Message, failure);

            // The system does not know the peer of a connection that was reset meanwhile. The socket keeps what it is told here, so
            // that it is part of the dial, and not of what is made of the socket, to fail for that.
            _ = socket.RemoteEndPoint;
            isConnected = true;
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            // The resolver takes some hosts, 0.0.0.0 for one, for the caller's error.
            throw new IOException(exception.Message, exception);
        }
        finally
        {
            if (!isConnected)
                socket?.Dispose();
        }
    }

    /// <summary>
    /// A connect that tells its failure as a number. The socket's own task for it tells it as an exception with the stack of its
    /// caller, for which .NET reads the symbols for debugging: 3 MB and some milliseconds of a start whose neighbours are still down.
    /// </summary>
    private sealed class Attempt : SocketAsyncEventArgs
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Attempt(EndPoint endpoint) => RemoteEndPoint = endpoint;

        /// <returns>Null once it is connected, else why it is not.</returns>
        public async Task<Exception?> ConnectAsync(Socket socket, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (socket.ConnectAsync(this))
            {
                await using (cancellationToken.UnsafeRegister(static attempt => Socket.CancelConnectAsync((Attempt)attempt!), this))
                    await _done.Task;
            }

            if (SocketError == SocketError.Success)
                return null;
            cancellationToken.ThrowIfCancellationRequested();
            return ConnectByNameError ?? new SocketException((int)SocketError);
        }

        protected override void OnCompleted(SocketAsyncEventArgs e) => _done.SetResult();
    }
}
