using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using ProxyHerd.Server.Tls;

namespace ProxyHerd.Server.Dialling;

/// <summary>
/// A connection that this server made. Completing its output half-closes it, which plain neighbours read as the end of
/// what they are told; the server's listening transport would close both ways.
/// </summary>
internal sealed class DialledConnection : ConnectionContext, IDuplexPipe
{
    /// <summary>A write a flush of the feed, instead of one a small block.</summary>
    private const int OutputBlockBytes = 64 << 10;

    private readonly Socket _socket;
    private readonly IAsyncDisposable _received;

    /// <summary>In plain text.</summary>
    /// <param name="socket">A connected socket, which is this connection's from now on.</param>
    public DialledConnection(Socket socket)
        : this(socket, new NetworkStream(socket, ownsSocket: false))
    {
    }

    /// <summary>Over TLS.</summary>
    /// <param name="socket">A connected socket, which is this connection's from now on.</param>
    /// <param name="tls">Its stream, the handshake done.</param>
    public DialledConnection(Socket socket, SslStream tls)
        : this(socket, new TlsPipes(tls, () => EndOutput(socket)))
    {
    }

    private DialledConnection(Socket socket, NetworkStream received)
        : this(
            socket,
            received,
            PipeReader.Create(received, new StreamPipeReaderOptions(useZeroByteReads: true)),
            PipeWriter.Create(new HalfClosingStream(socket), new StreamPipeWriterOptions(minimumBufferSize: OutputBlockBytes)))
    {
    }

    private DialledConnection(Socket socket, TlsPipes tls)
        : this(socket, tls, tls.Input, tls.Output)
    {
    }

    private DialledConnection(Socket socket, IAsyncDisposable received, PipeReader input, PipeWriter output)
    {
        _socket = socket;
        _received = received;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        (Input, Output) = (input, output);
        Transport = this;
    }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <inheritdoc/>
    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _socket.Dispose();
        Input.CancelPendingRead();
    }

    /// <inheritdoc/>
    public override void Abort() => Abort(new ConnectionAbortedException());

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        await _received.DisposeAsync();
        _socket.Dispose();
        await base.DisposeAsync();
    }

    private static void EndOutput(Socket socket)
    {
        try
        {
            if (socket.Connected)
                socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer hung up first, which is what a half-close would have led to.
        }
    }

    /// <summary>What the output writes to: its disposal, by the output's completion, is a FIN and no more.</summary>
    private sealed class HalfClosingStream(Socket socket) : NetworkStream(socket, ownsSocket: false)
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing)
                EndOutput(Socket);
            base.Dispose(disposing);
        }
    }
}
