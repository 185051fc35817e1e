using System.Net;
using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Server.Connections;

/// <summary>Counts a server's open connections, in all and by address, and says when no more may come in.</summary>
internal sealed class ConnectionCounter(LimitsOptions limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _count;

    /// <summary>Serves a connection if there is a place for it, and closes it at once if not.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">Who serves it.</param>
    /// <param name="refused">Hears which limit is reached.</param>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, Action<EndPoint?, string> refused)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (TryEnter(address) is { } limit)
        {
            refused(connection.RemoteEndPoint, limit);
            connection.Abort(new ConnectionAbortedException("Too many are open."));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(address);
        }
    }

    /// <summary>Takes a place; <see cref="Leave"/> gives it back.</summary>
    /// <returns>Null if there was one, else which limit is reached.</returns>
    public string? TryEnter(IPAddress address)
    {
        lock (_lock)
        {
            if (_count >= limits.ConnectionsMax)
                return $"Limits:ConnectionsMax ({limits.ConnectionsMax}) is reached";
            var here = _byAddress.GetValueOrDefault(address);
            if (here >= limits.ConnectionsPerAddressMax)
                return $"Limits:ConnectionsPerAddressMax ({limits.ConnectionsPerAddressMax}) is reached";
            _count++;
            _byAddress[address] = here + 1;
            return null;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress address)
    {
        lock (_lock)
        {
            _count--;
            if (--_byAddress[address] == 0)
                _byAddress.Remove(address);
        }
    }
}
