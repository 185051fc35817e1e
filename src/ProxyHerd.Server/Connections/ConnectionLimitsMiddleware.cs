using System.Net;
using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Server.Connections;

/// <summary>Closes connections beyond <c>Limits:ConnectionsMax</c> and <c>Limits:ConnectionsPerAddressMax</c> at once.</summary>
internal sealed partial class ConnectionLimitsMiddleware(
    ConnectionCounter counter, TimeProvider time, ILogger<ConnectionLimitsMiddleware> logger)
{
    private readonly ILogger _logger = logger;
    private readonly OnceAMinute _log = new(time);

    /// <summary>Serves a connection if there is a place for it.</summary>
    public async Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (counter.TryEnter(address) is { } limit)
        {
            if (_log.IsDue(out var passedOver))
                LogRefused(connection.RemoteEndPoint, limit, passedOver);
            connection.Abort(new ConnectionAbortedException(limit));
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            counter.Leave(address);
        }
    }

    [LoggerMessage(200, LogLevel.Warning, "A connection from {Peer} is refused: {Limit} ({PassedOver} more since the last such line)")]
    private partial void LogRefused(EndPoint? peer, string limit, int passedOver);
}
