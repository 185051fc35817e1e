using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Requests;

namespace ProxyHerd.Herd.Connections;

/// <summary>Serves the connections of one port: a client's until it says HERD, then a link's.</summary>
/// <param name="server">The server that answers.</param>
/// <param name="kind">What the port is for.</param>
public sealed class LineConnectionHandler(HerdServer server, ConnectionKind kind) : ConnectionHandler
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var peer = connection.RemoteEndPoint?.ToString() ?? connection.ConnectionId;
        server.Log.Made(peer);
        server.Metrics.ConnectionOpened();
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var cancelsRead = stopping.Register(static input => ((System.IO.Pipelines.PipeReader)input!).CancelPendingRead(), connection.Transport.Input);
        try
        {
            var source = await IdentifyAsync(connection, peer);
            if (await new ClientConnection(server, connection, source).RunAsync())
                await server.Links.ListenAsync(connection, stopping);
            server.Log.Dropped(peer);
        }
        catch (Exception exception) when (exception is ConnectionResetException or ConnectionAbortedException or OperationCanceledException)
        {
            server.Log.Broken(peer, exception.Message);
        }
        catch (IOException exception) when (!server.Committer.Failure.IsCompleted)
        {
            // TLS that broke, which the stream of it says in other words than a pipe.
            connection.Abort(new ConnectionAbortedException("The connection broke.", exception));
            server.Log.Broken(peer, LogText.Of(exception.Message));
        }
        catch (IOException exception)
        {
            // Replies that were written must not leave when the pipe closes: what they speak of may not be stored.
            connection.Abort(new ConnectionAbortedException("The journal failed.", exception));
            server.Log.Unanswered(peer);
        }
        catch (Exception exception)
        {
            // Nor may they after any other fault, which the host logs.
            connection.Abort(new ConnectionAbortedException("Serving the connection failed.", exception));
            throw;
        }
        finally
        {
            server.Metrics.ConnectionClosed();
        }
    }

    private async ValueTask<RequestSource> IdentifyAsync(ConnectionContext connection, string peer)
    {
        var origin = await server.Links.PlainOriginOfAsync(connection.RemoteEndPoint);
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var isLocal = address is not null && IPAddress.IsLoopback(address);
        var mayBeNeighbour = isLocal || server.HasSecret || connection.Features.Get<IPeerCertificate>() is not null;
        return new RequestSource(peer, address, kind, IsPlainNeighbour: origin is not null, PlainOrigin: origin ?? 0, mayBeNeighbour);
    }
}
