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
    public Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next) => counter.ServeAsync(connection, next, Refused);

    private void Refused(EndPoint? peer, string limit)
    {
        if (_log.IsDue(out var passedOver))
            LogRefused(peer, limit, passedOver);
    }

    [LoggerMessage(200, LogLevel.Warning, "A connection from {Peer} is refused: {Limit} ({PassedOver} more since the last such line)")]
    private partial void LogRefused(EndPoint? peer, string limit, int passedOver);
}
