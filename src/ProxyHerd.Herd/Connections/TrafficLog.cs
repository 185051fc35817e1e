using System.Buffers;
using Microsoft.Extensions.Logging;

namespace ProxyHerd.Herd.Connections;

/// <summary>Logs every line received and sent, where that is wanted: it costs more than the work itself.</summary>
internal sealed partial class TrafficLog
{
    /// <summary>The log category that turns it on, at Information.</summary>
    public const string Category = "ProxyHerd.Traffic";

    private readonly ILogger _logger;
    private readonly ArrayBufferWriter<byte> _sent = new();

    private TrafficLog(ILogger logger) => _logger = logger;

    /// <summary>A log for one read, or null if nobody wants it.</summary>
    public static TrafficLog? Begin(ILogger logger) => logger.IsEnabled(LogLevel.Information) ? new TrafficLog(logger) : null;

    /// <summary>Logs a line that came.</summary>
    public void Received(string peer, ReadOnlySpan<byte> line) => LogReceived(peer, LogText.Of(line));

    /// <summary>Gathers what is being sent.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => _sent.Write(bytes);

    /// <summary>Logs what has been gathered, if anything.</summary>
    public void Sent(string peer)
    {
        var sent = _sent.WrittenSpan.TrimEnd((byte)'\n');
        if (!sent.IsEmpty)
            LogSent(peer, LogText.Of(sent));
        _sent.ResetWrittenCount();
    }

    [LoggerMessage(100, LogLevel.Information, "{Peer} > {Line}")]
    private partial void LogReceived(string peer, string line);

    [LoggerMessage(101, LogLevel.Information, "{Peer} < {Line}")]
    private partial void LogSent(string peer, string line);
}
