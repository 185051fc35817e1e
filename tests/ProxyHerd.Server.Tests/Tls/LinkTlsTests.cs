using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace ProxyHerd.Server.Tests.Tls;

/// <summary>Links over TLS between real servers, and who is refused.</summary>
public sealed class LinkTlsTests : IDisposable
{
    private const string Hello = "HERD HELLO 1 Alford Parker 0000000000000001 Memory 00112233445566778899aabbccddeeff\n";
    private const string Refused = " is refused: ";

    private static readonly string[] Names = ["Alford", "Bolden", "Hamilton", "Parker", "Powell"];

    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public LinkTlsTests() => _authority.Write(_folder, Names);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("both know it")]
    public async Task Link_CertificatesOfOneAuthority_FloodsBothWays(string secret)
    {
        var ports = FreePorts.Take(2);
        (string, string)[] where = [LinkPort("Alford", ports[0]), LinkPort("Parker", ports[1])];
        (string, string)[] settings = secret.Length == 0 ? where : [.. where, ("Herd:Secret", secret)];
        await using var alford = Start("Alford", settings);
        await using var parker = Start("Parker", settings);
        await WaitUntilLiveAsync(alford, "Parker");
        await WaitUntilLiveAsync(parker, "Alford");

        // More than a record and a block, and in several flushes.
        var toAlford = string.Concat(Enumerable.Range(0, 3000).Select(i => $"IAMAT a{i} +1+1 1\n"));
        await LineClient.AskAsync(alford.Lines, toAlford);
        await LineClient.AskAsync(parker.Lines, "IAMAT p +1+1 1\n");

        await Eventually.BeAsync("both hold all", () => LocationsOf(alford) == 3001 && LocationsOf(parker) == 3001);
        Assert.Equal(DigestOf(alford), DigestOf(parker));
        Assert.Empty(alford.Logged(Refused));
    }

    /// <summary>The last lines of a server that stops are read to their end: a half-close is a goodbye in TLS too.</summary>
    [Fact]
    public async Task Link_ServerStops_SendsWhatIsLeftAndSaysBye()
    {
        var ports = FreePorts.Take(2);
        (string, string)[] settings = [LinkPort("Alford", ports[0]), LinkPort("Parker", ports[1])];
        await using var parker = Start("Parker", settings);
        var alford = Start("Alford", settings);
        await WaitUntilLiveAsync(alford, "Parker");
        await WaitUntilLiveAsync(parker, "Alford");

        await LineClient.AskAsync(alford.Lines, string.Concat(Enumerable.Range(0, 3000).Select(i => $"IAMAT a{i} +1+1 1\n")));
        await Eventually.EndAsync("the stop", alford.DisposeAsync().AsTask());

        Assert.Equal(3000, LocationsOf(parker));
        Assert.Contains("it said BYE stopping", Assert.Single(parker.Logged("Link from Alford ended")), StringComparison.Ordinal);
    }

    /// <summary>Its own trust, and no secret: the certificates alone make the two neighbours.</summary>
    [Fact]
    public async Task Link_NeighbourOfAnotherAuthority_IsRefusedByBothAndTheLogsSayWhy()
    {
        using var others = new TestAuthority("Other authority");
        using var folder = new TemporaryFolder();
        others.Write(folder, "Parker");
        var ports = FreePorts.Take(2);
        (string, string)[] settings = [LinkPort("Alford", ports[0]), LinkPort("Parker", ports[1])];
        await using var alford = Start("Alford", settings);
        await using var parker = Start("Parker", [.. settings, .. TlsOf(folder)]);

        const string Reason = "its certificate is not of the authority in Herd:Tls:Ca: CN=whatever, issued by CN=";
        await Eventually.BeAsync("Alford's reason", () => alford.Logged($"Warning Link to Parker is down: 127.0.0.1 port {ports[1]}: {Reason}Other authority; it is not told").Length > 0);
        await Eventually.BeAsync("Parker's reason", () => parker.Logged($"{Reason}Test authority; it is not told").Length > 0);
    }

    [Fact]
    public async Task Link_AnotherServerAnswers_IsNotToldAnything()
    {
        var ports = FreePorts.Take(2);
        (string, string)[] settings = [LinkPort("Alford", ports[0]), LinkPort("Parker", ports[1])];

        // Parker's port is where Bolden listens.
        await using var bolden = Start("Bolden", [LinkPort("Bolden", ports[1])]);
        await using var alford = Start("Alford", settings);

        await Eventually.BeAsync("the reason", () => alford.Logged("its certificate is for Bolden, not for Parker; it is not told").Length > 0);
        Assert.Empty(bolden.Logged("HERD from"));
    }

    [Fact]
    public async Task Listener_NoCertificate_IsRefused()
    {
        await using var server = Start("Parker");

        await TlsPeer.IsRefusedAsync(server.Links);

        await LogsAsync(server, "it shows no certificate");
    }

    [Fact]
    public async Task Listener_CertificateOfAnotherAuthority_IsRefused()
    {
        using var others = new TestAuthority("Others\n2026 Error");
        using var certificate = others.Issue("Alford");
        await using var server = Start("Parker");

        await TlsPeer.IsRefusedAsync(server.Links, certificate);

        await LogsAsync(server, "its certificate is not of the authority in Herd:Tls:Ca: CN=whatever, issued by CN=");
        Assert.DoesNotContain('\n', Assert.Single(server.Logged("not of the authority")).TrimEnd());
    }

    [Theory]
    [InlineData(-10, -1)]
    [InlineData(1, 10)]
    public async Task Listener_CertificateOutOfDate_IsRefused(int from, int to)
    {
        using var certificate = _authority.Issue("Alford", from, to);
        await using var server = Start("Parker");

        await TlsPeer.IsRefusedAsync(server.Links, certificate);

        await LogsAsync(server, "its certificate is out of date: CN=whatever holds from 20");
    }

    [Fact]
    public async Task Listener_CertificateForMailAlone_IsRefused()
    {
        using var certificate = _authority.Issue("Alford", use: "1.3.6.1.5.5.7.3.4");
        await using var server = Start("Parker");

        await TlsPeer.IsRefusedAsync(server.Links, certificate);

        await LogsAsync(server, "its certificate, CN=whatever, is not for this: of its extended key usage must be both TLS server and TLS client authentication");
    }

    [Theory]
    [InlineData("Bolden")]
    [InlineData("alford")]
    [InlineData("*")]
    public async Task Listener_CertificateInAnothersName_IsToldGoodbye(string name)
    {
        using var certificate = _authority.Issue(name);
        await using var server = Start("Parker");
        using var peer = await TlsPeer.ConnectAsync(server.Links, certificate);

        await peer.SendAsync(Hello);

        Assert.Equal("HERD BYE wrong-certificate", await peer.ReceiveLineAsync());
        Assert.Null(await peer.ReceiveLineAsync());
        var logged = Assert.Single(server.Logged("which calls itself Alford and us Parker"));
        Assert.Contains($"is refused: its certificate is for {name}", logged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listener_ItsOwnName_IsGreeted()
    {
        using var certificate = _authority.Issue("Alford");
        await using var server = Start("Parker");
        using var peer = await TlsPeer.ConnectAsync(server.Links, certificate);

        await peer.SendAsync(Hello);

        Assert.StartsWith("HERD HELLO 1 Parker Alford ", await peer.ReceiveLineAsync(), StringComparison.Ordinal);
    }

    /// <summary>Once a minute for each reason: one that is said often hides no other.</summary>
    [Fact]
    public async Task Listener_PlainTextManyTimes_IsClosedAndLoggedOnce()
    {
        await using var server = Start("Parker");
        for (var i = 0; i < 3; i++)
        {
            using var client = await LineClient.ConnectAsync(server.Links);
            await client.SendAsync(Hello);
            await client.ReceiveEndAsync();
        }

        await LogsAsync(server, "it does not speak TLS");
        await TlsPeer.IsRefusedAsync(server.Links);
        await LogsAsync(server, "it shows no certificate");
    }

    /// <summary>A look at whether the port is open is no refusal.</summary>
    [Fact]
    public async Task Listener_ConnectionWithoutAWord_IsNotLogged()
    {
        await using var server = Start("Parker");
        using (var client = await LineClient.ConnectAsync(server.Links))
        {
            client.HalfClose();
            await client.ReceiveEndAsync();
        }

        await TlsPeer.IsRefusedAsync(server.Links);
        await LogsAsync(server, "it shows no certificate");
        Assert.Single(server.Logged(Refused));
    }

    /// <summary>Half a hello, and nothing more: in five seconds its place is free again.</summary>
    [Fact]
    public async Task Listener_HandshakeThatStops_IsCut()
    {
        await using var server = Start("Parker");
        using var client = await LineClient.ConnectAsync(server.Links);
        await client.SendAsync("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003");

        await client.ReceiveEndAsync();

        await LogsAsync(server, "its handshake takes too long");
    }

    [Fact]
    public async Task Listener_ManyHandshakesOfOneAddress_LeaveRoomForOthers()
    {
        using var certificate = _authority.Issue("Alford");
        await using var server = Start("Parker");
        var clients = new List<LineClient>();
        for (var i = 0; i < 65; i++)
        {
            clients.Add(await LineClient.ConnectAsync(server.Links, from: "127.0.0.9"));
            await clients[^1].SendAsync("\u0016");
        }

        await LogsAsync(server, "too many handshakes are under way");
        using var peer = await TlsPeer.ConnectAsync(server.Links, certificate);
        await peer.SendAsync(Hello);
        Assert.StartsWith("HERD HELLO", await peer.ReceiveLineAsync(), StringComparison.Ordinal);
        clients.ForEach(client => client.Dispose());
    }

    /// <summary>A stop must not wait for whoever dawdles.</summary>
    [Fact]
    public async Task Listener_StopsDuringAHandshake_HangsUpAtOnce()
    {
        var server = Start("Parker");
        using var client = await LineClient.ConnectAsync(server.Links);
        await client.SendAsync("\u0016\u0003\u0001");
        await LineClient.AskAsync(server.Lines, "foo\n");

        await Eventually.EndAsync("the stop", server.DisposeAsync().AsTask());

        await client.ReceiveEndAsync();
        Assert.Empty(server.Logged(Refused));
    }

    [Fact]
    public async Task Lines_BesideLinksOverTls_TakeNoHerdLine()
    {
        await using var server = Start("Parker");

        Assert.Equal($"? {Hello}", await LineClient.AskAsync(server.Lines, Hello));
    }

    [Fact]
    public async Task Link_NeighbourSpeaksPlainText_SaysSo()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var port = ((IPEndPoint)plain.LocalEndpoint).Port;
        await using var alford = Start("Alford", [LinkPort("Parker", port)]);
        using (var peer = await Eventually.EndAsync("a dial", plain.AcceptSocketAsync()))
            await peer.SendAsync(Encoding.Latin1.GetBytes("? what\n"));

        await Eventually.BeAsync("the reason", () => alford.Logged("Does it speak TLS").Length > 0);
    }

    /// <summary>What breaks a stream of TLS is the peer's doing, and no error of ours.</summary>
    [Fact]
    public async Task Listener_GarbageBehindTheHandshake_IsDropped()
    {
        using var certificate = _authority.Issue("Alford");
        await using var server = Start("Parker");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Links);
        await TlsGarbage.SendAsync(client, Hello, certificate);

        await Eventually.BeAsync("the drop", () => server.Logged("dropped").Length > 0);
        Assert.Empty(server.Logged(Refused));
    }

    [Fact]
    public async Task Listener_FilesReplaced_ShowsTheNewOnesToWhoeverComesNext()
    {
        using var certificate = _authority.Issue("Alford");
        await using var server = Start("Parker");
        using var before = await TlsPeer.ConnectAsync(server.Links, certificate);
        using var renewed = _authority.Issue("Parker", toDays: 9);
        TestAuthority.Write(_folder, "Parker", renewed);
        await Eventually.BeAsync("the new certificate", () => server.Logged("The files of Herd:Tls have changed; links use the new certificate").Length > 0);

        using var after = await TlsPeer.ConnectAsync(server.Links, certificate);

        Assert.NotEqual(before.Shown, after.Shown);
        Assert.Equal(renewed.SerialNumber, after.Shown);
        await before.SendAsync(Hello);
        Assert.StartsWith("HERD HELLO", await before.ReceiveLineAsync(), StringComparison.Ordinal);
    }

    private static (string, string) LinkPort(string server, int port) =>
        ($"Herd:Servers:{server}:LinkPort", port.ToString(CultureInfo.InvariantCulture));

    private static (string, string)[] TlsOf(TemporaryFolder folder) =>
    [
        ("Herd:Tls:Ca", folder.PathOf("ca.pem")),
        ("Herd:Tls:Certificate", folder.PathOf("{name}.pem")),
        ("Herd:Tls:Key", folder.PathOf("{name}.key")),
    ];

    private static async Task WaitUntilLiveAsync(ServerFactory server, string neighbour) => await Eventually.GetAsync(
        $"a live link to {neighbour}",
        async () => await server.Http.GetStringAsync("/herd"),
        herd => JsonNode.Parse(herd)!["links"]!.AsArray().Any(link => (string?)link!["neighbour"] == neighbour && (string?)link["state"] == "live"));

    private static int LocationsOf(ServerFactory server) => (int)Ask(server, "locations")!;

    private static string DigestOf(ServerFactory server) => (string)Ask(server, "digest")!;

    private static JsonNode? Ask(ServerFactory server, string key) => JsonNode.Parse(server.Http.GetStringAsync("/herd").GetAwaiter().GetResult())![key];

    private static async Task LogsAsync(ServerFactory server, string reason)
    {
        await Eventually.BeAsync($"the log's '{reason}'", () => server.Logged(reason).Length > 0);
        Assert.Contains("Warning A link from 127.0.0.", Assert.Single(server.Logged(reason)), StringComparison.Ordinal);
    }

    /// <summary>Its neighbours' ports are 0 unless they are given, so that nobody is dialled there.</summary>
    private ServerFactory Start(string name, params (string, string)[] settings) =>
        new(
            [.. Names.Select(server => LinkPort(server, 0)), .. TlsOf(_folder), .. settings],
            name: name);
}
