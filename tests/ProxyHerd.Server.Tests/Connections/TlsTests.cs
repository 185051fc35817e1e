using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ProxyHerd.Server.Tests.Hosting;
using ProxyHerd.Server.Tests.Tls;
using Xunit;

namespace ProxyHerd.Server.Tests.Connections;

/// <summary>Listening over TLS, by Kestrel's own configuration.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private string? _hash;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lines_HttpsUrlWithCertificate_SpeaksTls()
    {
        await using var server = new ServerFactory(Endpoint("Lines"));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Lines);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => IsOurs(shown));
        await Eventually.EndAsync("the handshake", tls.AuthenticateAsClientAsync("localhost"));

        await tls.WriteAsync("IAMAT a +1+1 1\nfoo\n"u8.ToArray());
        using var reader = new StreamReader(tls, Encoding.Latin1);

        Assert.StartsWith("AT Alford ", await Eventually.EndAsync("a reply", reader.ReadLineAsync()), StringComparison.Ordinal);
        Assert.Equal("? foo", await Eventually.EndAsync("a reply", reader.ReadLineAsync()));
    }

    /// <summary>More than a TLS record and a block either way, and the end of it by the client's close_notify.</summary>
    [Fact]
    public async Task Lines_ManyRequestsOverTls_AreAnsweredInOrder()
    {
        const int Count = 20_000;
        await using var server = new ServerFactory(Endpoint("Lines"));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Lines);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => IsOurs(shown));
        await Eventually.EndAsync("the handshake", tls.AuthenticateAsClientAsync("localhost"));
        var requests = string.Concat(Enumerable.Range(0, Count).Select(number => $"foo {number}\n"));
        var sending = Task.Run(async () =>
        {
            await tls.WriteAsync(Encoding.Latin1.GetBytes(requests));
            await tls.ShutdownAsync();
        });

        using var reader = new StreamReader(tls, Encoding.Latin1, leaveOpen: true);
        var replies = await Eventually.EndAsync("the replies", reader.ReadToEndAsync());

        await Eventually.EndAsync("the sender", sending);
        Assert.Equal(requests.Replace("foo", "? foo", StringComparison.Ordinal), replies);
    }

    [Fact]
    public async Task Lines_StoppedWithAnIdleClientOverTls_HangsUp()
    {
        await using var server = new ServerFactory(Endpoint("Lines"));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Lines);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => IsOurs(shown));
        await Eventually.EndAsync("the handshake", tls.AuthenticateAsClientAsync("localhost"));
        await tls.WriteAsync("foo\n"u8.ToArray());
        Assert.NotEqual(0, await Eventually.EndAsync("a reply", tls.ReadAsync(new byte[64]).AsTask()));

        await Eventually.EndAsync("the stop", server.DisposeAsync().AsTask());

        Assert.Equal(0, await Eventually.EndAsync("the end", tls.ReadAsync(new byte[64]).AsTask()));
    }

    /// <summary>The look at the first bytes is behind the handshake.</summary>
    [Fact]
    public async Task Lines_HttpOverTls_IsClosed()
    {
        await using var server = new ServerFactory(Endpoint("Lines"));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Lines);
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => IsOurs(shown));
        await Eventually.EndAsync("the handshake", tls.AuthenticateAsClientAsync("localhost"));

        await tls.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        Assert.Equal(0, await Eventually.EndAsync("the end", tls.ReadAsync(new byte[1]).AsTask()));
    }

    /// <summary>What breaks a stream of TLS is the client's doing: the factory fails on an error in the log.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("foo\n")]
    public async Task Lines_GarbageBehindTheHandshake_IsDropped(string first)
    {
        await using var server = new ServerFactory(Endpoint("Lines"));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Lines);

        await TlsGarbage.SendAsync(client, first);

        await Eventually.BeAsync("the end of it", () => first.Length == 0 || server.Logged("dropped: ").Length > 0);
        Assert.Empty(server.Logged("journal failed"));
    }

    /// <summary>In a process of its own: the test host brings along what reads certificates from configuration.</summary>
    [Fact]
    public async Task Http_HttpsUrlWithCertificate_SpeaksTls()
    {
        await using var server = ServerProcess.Start(
            _folder.FullName, ["Alford", .. ServerProcess.FreePorts, .. Endpoint("Http").Select(key => $"--{key.Item1}={key.Item2}")]);
        var port = (await server.ListenAsync())["Alford"].Http;
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => IsOurs(shown) };
        using var http = new HttpClient(handler);

        Assert.Equal("Healthy", await http.GetStringAsync($"https://127.0.0.1:{port}/health/ready"));
    }

    private bool IsOurs(X509Certificate? shown) => shown?.GetCertHashString() == _hash;

    private (string, string)[] Endpoint(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _hash = certificate.GetCertHashString();
        return
        [
            ("Herd:Servers:Alford:LinkPort", "0"),
            ($"Kestrel:Endpoints:{name}:Url", "https://127.0.0.1:0"),
            ($"Kestrel:Endpoints:{name}:Certificate:Path", _folder.Write("certificate.pem", certificate.ExportCertificatePem())),
            ($"Kestrel:Endpoints:{name}:Certificate:KeyPath", _folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem())),
        ];
    }
}
