using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Server.Transport;
using Xunit;

namespace ProxyHerd.Server.Tests.Transport;

public sealed class EpollListenerTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1", "::1")]
    [InlineData("::", "::1", "::1")]
    [InlineData("::", "127.0.0.1", "::ffff:127.0.0.1")]
    public async Task AcceptAsync_AddressOfEitherKind_KnowsBothEnds(string listen, string dial, string seen)
    {
        await using var listener = TransportPair.Listen(IPAddress.Parse(listen));
        var port = ((IPEndPoint)listener.EndPoint).Port;
        var to = new IPEndPoint(IPAddress.Parse(dial), port);
        using var peer = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(to);

        await using var connection = await Eventually.EndAsync("an accept", listener.AcceptAsync().AsTask());

        Assert.Equal(new IPEndPoint(IPAddress.Parse(seen), port), connection!.LocalEndPoint);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(seen), ((IPEndPoint)peer.LocalEndPoint!).Port), connection.RemoteEndPoint);
    }

    [Fact]
    public async Task UnbindAsync_WhileAccepting_EndsIt()
    {
        await using var listener = TransportPair.Listen();
        var accept = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync();

        Assert.Null(await Eventually.EndAsync("the accept", accept));
        using var late = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(listener.EndPoint));
    }

    /// <summary>Numbers of descriptors, and places in a polling thread, are used again at once.</summary>
    [Fact]
    public async Task AcceptAsync_AStormOfConnections_ServesEach()
    {
        const int Clients = 16;
        const int Times = 60;
        await using var listener = TransportPair.Listen();
        var echoes = new List<Task>();
        var accepting = Task.Run(async () =>
        {
            for (var i = 0; i < Clients * Times; i++)
                echoes.Add(EchoAsync((await listener.AcceptAsync())!));
        });

        await Eventually.EndAsync("the clients", Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var block = new byte[64];
            for (var i = 0; i < Times; i++)
            {
                using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await peer.ConnectAsync(listener.EndPoint);
                var text = System.Text.Encoding.Latin1.GetBytes($"{client} {i}\n");
                await peer.SendAsync(text);
                if (i % 3 == 0)
                    peer.LingerState = new LingerOption(enable: true, seconds: 0);
                else if (i % 3 == 1)
                    Assert.Equal(text, block[..await peer.ReceiveAsync(block)]);
            }
        }))));
        await Eventually.EndAsync("the accepts", accepting);
        await Eventually.EndAsync("the connections", Task.WhenAll(echoes));
    }

    [Fact]
    public async Task Server_OnLinux_ServesLinesByThisTransportAndHttpByKestrels()
    {
        await using var server = new ServerFactory([("Herd:Servers:Alford:LinkPort", "0")]);

        // Kestrel takes the last one registered that can bind an endpoint.
        var factory = Assert.IsType<EpollListenerFactory>(server.Services.GetServices<IConnectionListenerFactory>().Last());
        var ports = server.Services.GetRequiredService<ProxyHerd.Server.Connections.BoundPorts>();

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
        var key = string.Format(System.Globalization.CultureInfo.InvariantCulture, url, port);
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
        await Eventually.BeAsync("requests", () => server.Services.GetRequiredService<Herd.HerdServer>().Store.Count > 1000);

        await Eventually.EndAsync("the stop", server.DisposeAsync().AsTask());

        await Eventually.EndAsync("the clients", Task.WhenAll(clients));
    }

    private static void LoadUntilClosed(int port, int client)
    {
        using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        peer.Connect(IPAddress.Loopback, port);
        var block = new byte[1 << 16];
        for (var i = 1; ; i++)
        {
            peer.Send(System.Text.Encoding.Latin1.GetBytes($"IAMAT c{client}-{i} +1+1 {i}\n"), SocketFlags.None, out var error);
            if (error != SocketError.Success || peer.Receive(block, SocketFlags.None, out error) == 0)
                return;
        }
    }

    private static async Task EchoAsync(ConnectionContext connection)
    {
        await using (connection)
        {
            try
            {
                while (true)
                {
                    var result = await connection.Transport.Input.ReadAsync();
                    foreach (var part in result.Buffer)
                        connection.Transport.Output.Write(part.Span);
                    connection.Transport.Input.AdvanceTo(result.Buffer.End);
                    if ((await connection.Transport.Output.FlushAsync()).IsCompleted || result.IsCompleted)
                        return;
                }
            }
            catch (ConnectionResetException)
            {
                // Every third client resets.
            }
        }
    }
}
