using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Server.Tls;

namespace ProxyHerd.Server.Dialling;

/// <summary>Dials neighbours over TLS: each must show a certificate of the herd's authority in its own name.</summary>
internal sealed class TlsDialler(LinkCertificates certificates) : IConnectionFactory
{
    /// <summary>Connects to a neighbour; the caller's token limits the handshake too.</summary>
    /// <exception cref="NotTheNeighbourException">Its certificate is not of the authority, or for another name.</exception>
    /// <exception cref="IOException">Nobody answers, or not in TLS.</exception>
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var neighbour = (NeighbourEndPoint)endpoint;
        var socket = await SocketDialler.ConnectSocketAsync(endpoint, cancellationToken);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await GreetAsync(tls, neighbour, cancellationToken);
            return new DialledConnection(socket, tls);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private async Task GreetAsync(SslStream tls, NeighbourEndPoint neighbour, CancellationToken cancellationToken)
    {
        string? fault = null;
        try
        {
            await tls.AuthenticateAsClientAsync(certificates.ForDialling(neighbour.Name, neighbour.Host, why => fault = why), cancellationToken);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            if (fault is not null)
                throw new NotTheNeighbourException(fault);
            throw new IOException(
                $"the TLS handshake failed: {LogText.Of((exception.InnerException ?? exception).Message)} Does it speak TLS, and take our certificate?", exception);
        }
    }
}
