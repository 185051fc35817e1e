using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Server.Connections;

namespace ProxyHerd.Server.Tls;

/// <summary>
/// The listening side of TLS on links: whoever has no certificate of the herd's authority gets no further, and the log says
/// why. Whether the certificate is for the server that the peer calls itself shows at its HELLO.
/// </summary>
internal sealed partial class LinkTlsMiddleware(LinkCertificates certificates, TimeProvider time, ILogger<LinkTlsMiddleware> logger)
{
    /// <summary>A neighbour's takes milliseconds; as long as it has for each answer of its greeting.</summary>
    public static readonly TimeSpan HandshakeMax = TimeSpan.FromSeconds(5);

    /// <summary>For the last lines and the goodbye to a peer that does not read; as long as replies may wait for a client.</summary>
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(10);

    private const byte HandshakeRecord = 0x16;

    /// <summary>
    /// Handshakes at once: some 20 MB. Of one address few enough that one machine cannot take all, and more than the
    /// neighbours that may share one.
    /// </summary>
    private readonly ConnectionCounter _handshakes = new(new LimitsOptions { ConnectionsMax = 512, ConnectionsPerAddressMax = 64 });

    private readonly ILogger _logger = logger;
    private readonly OnceAMinute[] _logs = [.. Enum.GetValues<RefusalKind>().Select(_ => new OnceAMinute(time))];

    /// <summary>Serves a peer that has shown its certificate.</summary>
    public async Task InvokeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        var tls = new SslStream(new TransportStream(transport));
        if (!await GreetAsync(connection, tls))
        {
            await tls.DisposeAsync();
            return;
        }

        connection.Features.Set<IPeerCertificate>(new PeerCertificate(PeerCheck.NamesOf((X509Certificate2)tls.RemoteCertificate!)));
        await using var pipes = new TlsPipes(tls);
        connection.Transport = pipes;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
            await using (time.CreateTimer(static peer => ((ConnectionContext)peer!).Abort(), connection, EndMax, Timeout.InfiniteTimeSpan))
                await EndAsync(pipes);
        }
    }

    /// <summary>What the handler wrote last goes out, as it does without TLS.</summary>
    private static async Task EndAsync(TlsPipes pipes)
    {
        try
        {
            await pipes.Output.CompleteAsync();
        }
        catch (ConnectionResetException)
        {
            // There is nobody left to tell.
        }
    }

    /// <returns>Whether the peer may go on.</returns>
    private async Task<bool> GreetAsync(ConnectionContext connection, SslStream tls)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (_handshakes.TryEnter(address) is not null)
        {
            Log(connection, new Refusal(RefusalKind.TooMany, "too many handshakes are under way"));
            return false;
        }

        try
        {
            return await GreetInTimeAsync(connection, tls);
        }
        finally
        {
            _handshakes.Leave(address);
        }
    }

    private async Task<bool> GreetInTimeAsync(ConnectionContext connection, SslStream tls)
    {
        Refusal? refusal = null;
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using var limit = new CancellationTokenSource(HandshakeMax, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            if (await BeginsTlsAsync(connection, both.Token) is not { } beginsTls)
                return false;
            if (beginsTls)
                await tls.AuthenticateAsServerAsync(certificates.ForListening(fault => refusal = fault), both.Token);
            else
                refusal = new Refusal(RefusalKind.PlainText, "it does not speak TLS");
        }
        catch (OperationCanceledException)
        {
            if (stopping.IsCancellationRequested)
                return false;
            refusal = new Refusal(RefusalKind.Slow, "its handshake takes too long");
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // It is the peer's own words at times: an alert.
            refusal ??= new Refusal(RefusalKind.Failed, $"the handshake failed: {LogText.Of((exception.InnerException ?? exception).Message)}");
        }

        if (refusal is not null)
            Log(connection, refusal);
        return refusal is null;
    }

    /// <returns>Null if the peer leaves without a word, as whoever only looks whether the port is open does.</returns>
    private static async Task<bool?> BeginsTlsAsync(ConnectionContext connection, CancellationToken limit)
    {
        var input = connection.Transport.Input;
        try
        {
            var result = await input.ReadAsync(limit);
            bool? begins = result.Buffer.IsEmpty ? null : result.Buffer.FirstSpan[0] == HandshakeRecord;
            input.AdvanceTo(result.Buffer.Start);
            return begins;
        }
        catch (ConnectionResetException)
        {
            return null;
        }
    }

    private void Log(ConnectionContext connection, Refusal refusal)
    {
        if (_logs[(int)refusal.Kind].IsDue(out var passedOver))
            LogRefused(connection.RemoteEndPoint, refusal.Reason, passedOver);
    }

    [LoggerMessage(222, LogLevel.Warning, "A link from {Peer} is refused: {Reason} ({PassedOver} more since the last such line)")]
    private partial void LogRefused(EndPoint? peer, string reason, int passedOver);
}
