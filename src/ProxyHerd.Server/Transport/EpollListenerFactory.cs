using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using ProxyHerd.Server.Connections;

namespace ProxyHerd.Server.Transport;

/// <summary>The transport of the endpoints for lines; Kestrel's own serves what this one does not take.</summary>
internal sealed class EpollListenerFactory(BoundPorts bound, TimeProvider time, ILogger<EpollListener> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    /// <summary>Whether this machine has what it takes.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Whether an endpoint is one for lines.</summary>
    /// <remarks>
    /// Kestrel asks with the very object of its options, save for <c>localhost</c>, which it takes apart into an address of
    /// either kind, with the same port. Such a port is never 0.
    /// </remarks>
    public bool CanBind(EndPoint endpoint) => IsOf(bound.Lines, endpoint) || IsOf(bound.Links, endpoint);

    /// <summary>Listens.</summary>
    /// <exception cref="AddressInUseException">Somebody else does.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        Socket? socket = null;
        try
        {
            socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.Listen(new SocketTransportOptions().Backlog);
            return new(new EpollListener(socket, PollingThreads.Shared, time, logger));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket?.Dispose();
            throw new AddressInUseException(exception.Message, exception);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    private bool IsOf(ListenOptions? own, EndPoint endpoint)
    {
        if (own is null)
            return false;
        if (ReferenceEquals(own.EndPoint, endpoint))
            return true;
        return own.EndPoint is IPEndPoint { Port: not 0 and var port } && endpoint is IPEndPoint { Port: var asked } && port == asked
            && BoundPorts.PortOf(bound.Http) != port;
    }
}
