using Microsoft.Extensions.Logging;

namespace ProxyHerd.Herd.Connections;

/// <summary>What is logged of connections.</summary>
internal sealed partial class ConnectionLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>A client or neighbour came.</summary>
    [LoggerMessage(110, LogLevel.Information, "Connection from {Peer} made")]
    public partial void Made(string peer);

    /// <summary>It went.</summary>
    [LoggerMessage(111, LogLevel.Information, "Connection from {Peer} dropped")]
    public partial void Dropped(string peer);

    /// <summary>It went without closing.</summary>
    [LoggerMessage(112, LogLevel.Information, "Connection from {Peer} dropped: {Reason}")]
    public partial void Broken(string peer, string reason);

    /// <summary>It asked and did not read.</summary>
    [LoggerMessage(113, LogLevel.Information, "Client {Peer} left {Bytes} bytes of replies unread for {Time}; it is cut")]
    public partial void ClientDoesNotRead(string peer, int bytes, TimeSpan time);

    /// <summary>Its line was committed to a journal that failed, which says itself how.</summary>
    [LoggerMessage(114, LogLevel.Error, "Connection from {Peer} is cut unanswered: the journal failed")]
    public partial void Unanswered(string peer);
}
