using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace ProxyHerd.Server.Connections;

/// <summary>
/// Closes a connection that begins with an HTTP request line or a TLS hello, so that a browser pointed at the wrong port
/// is neither answered line by line nor able to have a page's script speak this protocol.
/// </summary>
internal sealed partial class FirstBytesMiddleware(TimeProvider time, ILogger<FirstBytesMiddleware> logger)
{
    private readonly ILogger _logger = logger;
    private readonly OnceAMinute _log = new(time);

    /// <summary>Serves a connection that speaks lines.</summary>
    public async Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        var input = connection.Transport.Input;
        bool speaksLines;
        using (stopping.Register(static input => ((PipeReader)input!).CancelPendingRead(), input))
            speaksLines = await LookAsync(connection, input);
        if (speaksLines)
            await next(connection);
    }

    private async Task<bool> LookAsync(ConnectionContext connection, PipeReader input)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync();
            }
            catch (IOException)
            {
                // A reset, or TLS that broke.
                return false;
            }

            if (result.IsCanceled || (result.IsCompleted && result.Buffer.IsEmpty))
                return false;
            var isKnown = ForeignProtocol.TryDetect(result.Buffer, result.IsCompleted, out var protocol);
            input.AdvanceTo(result.Buffer.Start, isKnown ? result.Buffer.Start : result.Buffer.End);
            if (!isKnown)
                continue;
            if (protocol is null)
                return true;
            if (_log.IsDue(out var passedOver))
                LogForeign(connection.RemoteEndPoint, protocol, passedOver);
            return false;
        }
    }

    [LoggerMessage(201, LogLevel.Information, "{Peer} sent {Protocol} to a port for lines; it is closed ({PassedOver} more since the last such line)")]
    private partial void LogForeign(EndPoint? peer, string protocol, int passedOver);
}
