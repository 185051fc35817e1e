using System.Net;
using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Server.Connections;

/// <summary>
/// Closes connections at once beyond what an endpoint beside the clients' is for. Each is a file of the process, and one that has
/// no more files can neither write its journal nor load what it has not loaded yet: it ends.
/// </summary>
internal sealed partial class EndpointLimit
{
    private readonly string _endpoint;
    private readonly int _max;
    private readonly int _perAddressMax;
    private readonly ConnectionCounter _counter;
    private readonly OnceAMinute _log;
    private readonly ILogger _logger;

    private EndpointLimit(string endpoint, int max, int perAddressMax, IServiceProvider services)
    {
        (_endpoint, _max, _perAddressMax) = (endpoint, max, perAddressMax);
        _counter = new ConnectionCounter(new LimitsOptions { ConnectionsMax = max, ConnectionsPerAddressMax = perAddressMax });
        _log = new OnceAMinute(services.GetRequiredService<TimeProvider>());
        _logger = services.GetRequiredService<ILogger<EndpointLimit>>();
    }

    /// <summary>
    /// Of HTTP. Probes, a Prometheus and people need some ten; one address, which may be a proxy, must not take the places of
    /// the probes.
    /// </summary>
    public static EndpointLimit OfHttp(IServiceProvider services) => new("HTTP", 1_000, 100, services);

    /// <summary>Of links. A neighbour needs one; one of the original kind, which opens another for each line, a few hundred for a moment.</summary>
    public static EndpointLimit OfLinks(IServiceProvider services) => new("link", 4_000, 1_000, services);

    /// <summary>Serves a connection if there is a place for it.</summary>
    public Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next) => _counter.ServeAsync(connection, next, Refused);

    private void Refused(EndPoint? peer, string limit)
    {
        if (_log.IsDue(out var passedOver))
            LogRefused(peer, _endpoint, _max, _perAddressMax, passedOver);
    }

    [LoggerMessage(202, LogLevel.Warning, "A connection from {Peer} to the {Endpoint} port is refused: it takes {Max}, and {PerAddressMax} from one address ({PassedOver} more since the last such line)")]
    private partial void LogRefused(EndPoint? peer, string endpoint, int max, int perAddressMax, int passedOver);
}
