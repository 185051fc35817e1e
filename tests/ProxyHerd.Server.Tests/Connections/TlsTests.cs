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

    /// <summary>Whoever is connected stays so.</summary>
    [Theory]
    [InlineData("Kestrel:Endpoints:Lines:Certificate")]
    [InlineData("Kestrel:Certificates:Default")]
    public async Task Lines_CertificateReplaced_IsShownToWhoeverComesNext(string key)
    {
        using var authority = new TestAuthority();
        authority.Write(_folder, "lines");
        await using var server = new ServerFactory(
        [
            ("Herd:Servers:Alford:LinkPort", "0"),
            ("Kestrel:Endpoints:Lines:Url", "https://127.0.0.1:0"),
            ($"{key}:Path", _folder.PathOf("lines.pem")),
            ($"{key}:KeyPath", _folder.PathOf("lines.key")),
        ]);
        using var before = await TlsPeer.ConnectAsync(server.Lines);
        using var renewed = authority.Issue("lines", toDays: 9);
        TestAuthority.Write(_folder, "lines", renewed);
        await Eventually.BeAsync("the new certificate", () => server.Logged($"The files of {key} have changed; clients are shown the new one").Length > 0);

        using var after = await TlsPeer.ConnectAsync(server.Lines);

        Assert.NotEqual(renewed.SerialNumber, before.Shown);
        Assert.Equal(renewed.SerialNumber, after.Shown);
        await before.SendAsync("foo\n");
        Assert.Equal("? foo", await before.ReceiveLineAsync());
    }

    /// <summary>Clients alone would tell of it otherwise.</summary>
    [Fact]
    public async Task Lines_CertificateEndsSoon_IsSaid()
    {
        using var authority = new TestAuthority();
        using var ending = authority.Issue("lines", fromDays: -99, toDays: 1);
        TestAuthority.Write(_folder, "lines", ending);

        await using var server = new ServerFactory(
        [
            ("Herd:Servers:Alford:LinkPort", "0"),
            ("Kestrel:Endpoints:Lines:Url", "https://127.0.0.1:0"),
            ("Kestrel:Endpoints:Lines:Certificate:Path", _folder.PathOf("lines.pem")),
            ("Kestrel:Endpoints:Lines:Certificate:KeyPath", _folder.PathOf("lines.key")),
        ]);

        Assert.Single(server.Logged("Kestrel:Endpoints:Lines:Certificate ends at "));
    }

    [Fact]
    public async Task Lines_Pkcs12Replaced_IsShownToWhoeverComesNext()
    {
        using var authority = new TestAuthority();
        using var first = authority.Issue("lines");
        await File.WriteAllBytesAsync(_folder.PathOf("lines.pfx"), first.Export(X509ContentType.Pfx, "word"));
        await using var server = new ServerFactory(
        [
            ("Herd:Servers:Alford:LinkPort", "0"),
            ("Kestrel:Endpoints:Lines:Url", "https://127.0.0.1:0"),
            ("Kestrel:Endpoints:Lines:Certificate:Path", _folder.PathOf("lines.pfx")),
            ("Kestrel:Endpoints:Lines:Certificate:Password", "word"),
        ]);
        using (var before = await TlsPeer.ConnectAsync(server.Lines))
            Assert.Equal(first.SerialNumber, before.Shown);
        using var renewed = authority.Issue("lines");
        await File.WriteAllBytesAsync(_folder.PathOf("lines.pfx"), renewed.Export(X509ContentType.Pfx, "word"));
        await Eventually.BeAsync("the new certificate", () => server.Logged("clients are shown the new one").Length > 0);

        using var after = await TlsPeer.ConnectAsync(server.Lines);

        Assert.Equal(renewed.SerialNumber, after.Shown);
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
