using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Herd;
using ProxyHerd.Server.Connections;
using ProxyHerd.Server.Transport;
using Xunit;

namespace ProxyHerd.Server.Tests.Transport;

/// <summary>The transport below a whole server.</summary>
public sealed class EpollListenerFactoryTests
{
    [Fact]
    public async Task Server_OnLinux_ServesLinesByThisTransportAndHttpByKestrels()
    {
        await using var server = new ServerFactory([("Herd:Servers:Alford:LinkPort", "0")]);

        // Kestrel takes the last one registered that can bind an endpoint.
        var factory = Assert.IsType<EpollListenerFactory>(server.Services.GetServices<IConnectionListenerFactory>().Last());
        var ports = server.Services.GetRequiredService<BoundPorts>();

        Assert.True(factory.CanBind(ports.Lines!.EndPoint!));
        Assert.True(factory.CanBind(ports.Links!.EndPoint!));
        Assert.False(factory.CanBind(ports.Http!.EndPoint!));
        Assert.Equal("? foo\n", await LineClient.AskAsync(server.Lines, "foo\n"));
    }

    [Theory]
    [InlineData("http://localhost:{0}")]
    [InlineData("http://*:{0}")]
    public async Task Server_AddressThatKestrelTakesApart_ServesLines(string url)
    {
        var port = FreePorts.Take(1)[0];
        var key = string.Format(CultureInfo.InvariantCulture, url, port);
        await using var server = new ServerFactory([("Kestrel:Endpoints:Lines:Url", key)]);

        Assert.Equal("? foo\n", await LineClient.AskAsync(port, "foo\n"));
    }

    /// <summary>Where there is no epoll, Kestrel's own transport serves lines too.</summary>
    [Fact]
    public async Task Server_WithoutThisTransport_ServesLines()
    {
        await using var server = new ServerFactory(services: services =>
        {
            foreach (var service in services.Where(service => service.ImplementationType == typeof(EpollListenerFactory)).ToArray())
                services.Remove(service);
        });

        Assert.Equal("? foo\n", await LineClient.AskAsync(server.Lines, "foo\n"));
    }

    [Fact]
    public async Task Server_StoppedUnderLoad_Stops()
    {
        var server = new ServerFactory();
        var port = server.Lines;
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(client => Task.Run(() => LoadUntilClosed(port, client))).ToArray();
        await Eventually.BeAsync("requests", () => server.Services.GetRequiredService<HerdServer>().Store.Count > 1000);

        await Eventually.EndAsync("the stop", server.DisposeAsync().AsTask());

        await Eventually.EndAsync("the clients", Task.WhenAll(clients));
    }

    /// <summary>A server stopped with clients, whose ends of their connections then linger, starts again at once.</summary>
    [Fact]
    public async Task Server_StoppedWithConnections_StartsAgainOnThatPort()
    {
        var port = FreePorts.Take(1)[0];
        (string, string)[] settings = [("Herd:Servers:Alford:Port", port.ToString(CultureInfo.InvariantCulture))];
        for (var i = 0; i < 3; i++)
        {
            await using var server = new ServerFactory(settings);
            using var client = await LineClient.ConnectAsync(port);
            await client.SendAsync("foo\n");
            Assert.Equal("? foo", await client.ReceiveLineAsync());
            await server.DisposeAsync();
            Assert.Equal("", await client.ReceiveAllAsync());
        }
    }

    [Fact]
    public async Task BindAsync_PortInUse_SaysSo()
    {
        using var other = new Socket(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        await using var server = new ServerFactory();
        var factory = server.Services.GetServices<IConnectionListenerFactory>().OfType<EpollListenerFactory>().Single();

        await Assert.ThrowsAsync<AddressInUseException>(async () => await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)other.LocalEndPoint!).Port)));
    }

    private static void LoadUntilClosed(int port, int client)
    {
        using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(IPAddress.Loopback, port);
        var block = new byte[1 << 16];
        for (var i = 1; ; i++)
        {
            peer.Send(Encoding.Latin1.GetBytes($"IAMAT c{client}-{i} +1+1 {i}\n"), SocketFlags.None, out var error);
            if (error != SocketError.Success || peer.Receive(block, SocketFlags.None, out error) == 0)
                return;
        }
    }
}
