using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Topology;

namespace ProxyHerd.Server.Tls;

/// <summary>One server's side of TLS on links. New files hold for every handshake after they were read.</summary>
internal sealed partial class LinkCertificates : IDisposable
{
    private readonly string _file;
    private readonly ILogger _logger;
    private readonly WatchedFiles<LinkCredentials> _files;
    private readonly CertificateTerm _term;

    /// <param name="server">The server's name.</param>
    /// <param name="tls">The files.</param>
    /// <param name="time">Says when to look at them again.</param>
    /// <param name="logger">Hears of new files.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The files are of no use; the message says why.</exception>
    public LinkCertificates(string server, TlsOptions tls, TimeProvider time, ILogger<LinkCertificates> logger)
    {
        _logger = logger;
        var (authority, certificate, key) = tls.For(server);
        _file = certificate;
        var isRunning = false;
        _files = new(
            "Herd:Tls", [authority, certificate, key], files => LinkCredentials.Load(files, server, mustHoldNow: isRunning), time, Report);
        isRunning = true;
        _term = new(() => _files.Current.Own.TargetCertificate, time, ReportTerm);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _term.Dispose();
        _files.Dispose();
    }

    /// <summary>For one handshake with whoever has connected. It must show a certificate of the authority.</summary>
    /// <param name="refused">Hears why it is refused.</param>
    public SslServerAuthenticationOptions ForListening(Action<Refusal> refused)
    {
        var credentials = _files.Current;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = credentials.Own,
            ClientCertificateRequired = true,
            CertificateChainPolicy = credentials.Policy(),
            RemoteCertificateValidationCallback = (_, shown, chain, _) => PeerCheck.FindFault(shown, chain) is not { } fault || Refuse(fault),
            EnabledSslProtocols = Protocols,

            // A resumed session would be believed by what was read at an earlier one.
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };

        bool Refuse(Refusal fault)
        {
            refused(fault);
            return false;
        }
    }

    /// <summary>For one handshake with a neighbour that was dialled.</summary>
    /// <param name="neighbour">Its name, which its certificate must have.</param>
    /// <param name="host">Where it was dialled.</param>
    /// <param name="refused">Hears why it is refused.</param>
    public SslClientAuthenticationOptions ForDialling(string neighbour, string host, Action<string> refused)
    {
        var credentials = _files.Current;
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificateContext = credentials.Own,
            CertificateChainPolicy = credentials.Policy(),
            RemoteCertificateValidationCallback = (_, shown, chain, _) => FaultOf(shown, chain) is not { } fault || Refuse(fault),
            EnabledSslProtocols = Protocols,
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };

        string? FaultOf(X509Certificate? shown, X509Chain? chain)
        {
            if (PeerCheck.FindFault(shown, chain) is { } fault)
                return fault.Reason;
            var names = PeerCheck.NamesOf((X509Certificate2)shown!);
            return names.Contains(neighbour, StringComparer.Ordinal) ? null : $"its certificate is for {LogText.Of(names)}, not for {neighbour}";
        }

        bool Refuse(string fault)
        {
            refused(fault);
            return false;
        }
    }

    private static SslProtocols Protocols => SslProtocols.Tls12 | SslProtocols.Tls13;

    private void Report(string? fault)
    {
        if (fault is null)
            LogTaken(_file, _files.Current.Own.TargetCertificate.NotAfter.ToUniversalTime());
        else
            LogNotTaken(fault);
    }

    private void ReportTerm(X509Certificate2 own, bool isOut)
    {
        if (isOut)
            LogOutOfTime(_file, own.NotBefore.ToUniversalTime(), own.NotAfter.ToUniversalTime());
        else
            LogEndsSoon(_file, own.NotAfter.ToUniversalTime());
    }

    [LoggerMessage(220, LogLevel.Information, "The files of Herd:Tls have changed; links use the new certificate {File} from now on, which holds to {End:u}")]
    private partial void LogTaken(string file, DateTime end);

    [LoggerMessage(225, LogLevel.Error, "The certificate {File} of Herd:Tls holds from {Begin:u} to {End:u}, so no neighbour takes it now")]
    private partial void LogOutOfTime(string file, DateTime begin, DateTime end);

    [LoggerMessage(226, LogLevel.Warning, "The certificate {File} of Herd:Tls ends at {End:u}: put a new one in its place; links that are up then stay up, and no other comes up any more")]
    private partial void LogEndsSoon(string file, DateTime end);

    [LoggerMessage(221, LogLevel.Error, "The files of Herd:Tls have changed and cannot be used, so links go on with what was read before: {Fault}")]
    private partial void LogNotTaken(string fault);
}
