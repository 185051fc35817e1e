using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ProxyHerd.Server.Tests.Tls;

/// <summary>Whoever dials a port in TLS, with a certificate or without. It believes any certificate that it is shown.</summary>
internal sealed class TlsPeer : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly StreamReader _reader;

    private TlsPeer(TcpClient client, SslStream stream)
    {
        _client = client;
        Stream = stream;
        _reader = new StreamReader(stream, Encoding.Latin1);
    }

    /// <summary>The stream, its handshake done.</summary>
    public SslStream Stream { get; }

    /// <summary>The serial number of what it was shown.</summary>
    public string Shown => ((X509Certificate2)Stream.RemoteCertificate!).SerialNumber;

    /// <summary>Connects and shakes hands, as far as this side can tell.</summary>
    public static async Task<TlsPeer> ConnectAsync(int port, X509Certificate2? certificate = null)
    {
        var client = new TcpClient();
        await Eventually.EndAsync("a connection", client.ConnectAsync(IPAddress.Loopback, port));
        var stream = new SslStream(client.GetStream());
        await Eventually.EndAsync("the handshake", stream.AuthenticateAsClientAsync(Options(certificate)));
        return new TlsPeer(client, stream);
    }

    /// <summary>Shows a certificate, if there is one, and takes any.</summary>
    public static SslClientAuthenticationOptions Options(X509Certificate2? certificate) => new()
    {
        TargetHost = "anyone",
        ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
    };

    /// <summary>Waits until the server hangs up, having said nothing in TLS, whichever side finds out first.</summary>
    public static async Task IsRefusedAsync(int port, X509Certificate2? certificate = null)
    {
        try
        {
            using var peer = await ConnectAsync(port, certificate);
            var said = await Eventually.EndAsync("the end", peer._reader.ReadToEndAsync());
            if (said.Length > 0)
                throw new InvalidOperationException($"The server should have hung up, and said {said}");
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // That is one way of it.
        }
    }

    /// <summary>Sends text.</summary>
    public async Task SendAsync(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The next line; null at the end.</summary>
    public Task<string?> ReceiveLineAsync() => Eventually.EndAsync("a line", _reader.ReadLineAsync());

    public void Dispose()
    {
        _reader.Dispose();
        Stream.Dispose();
        _client.Dispose();
    }
}
