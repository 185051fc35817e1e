using System.Buffers;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ProxyHerd.Server.Tests.Places;
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

    /// <summary>Replies must not wait for acknowledgements, and Linux passes the listener's option on.</summary>
    [Fact]
    public async Task AcceptAsync_Connection_SendsWithoutDelay()
    {
        await using var pair = await TransportPair.ConnectAsync();
        using var socket = pair.Borrow();

        Assert.True(socket.NoDelay);
    }

    [Fact]
    public async Task AcceptAsync_TokenCancelled_ThrowsAndGoesOn()
    {
        await using var listener = TransportPair.Listen();
        using var cancel = new CancellationTokenSource();
        var accept = listener.AcceptAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.EndAsync("the accept", accept));

        await using var pair = await TransportPair.ConnectAsync(listener);
        await pair.Peer.SendAsync("foo"u8.ToArray());
        Assert.Equal(3, (await TransportPair.ReadAsync(pair.Input)).Buffer.Length);
    }

    /// <summary>No event tells when a file is free again: it has to try, and it says so once.</summary>
    [Theory]
    [InlineData(SystemErrors.TooManyFiles)]
    [InlineData(SystemErrors.FileTableFull)]
    [InlineData(SystemErrors.NoBuffers)]
    [InlineData(SystemErrors.OutOfMemory)]
    public async Task AcceptAsync_Shortage_SaysSoPausesAndGoesOn(int error)
    {
        var time = new FakeTimeProvider();
        using var log = new RecordingLoggerProvider();
        using var logs = LoggerFactory.Create(builder => builder.AddProvider(log));
        await using var listener = new StarvedListener(time, logs.CreateLogger<EpollListener>()) { Error = error };
        var accept = listener.AcceptAsync().AsTask();
        using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.EndPoint);
        Assert.Equal(1, listener.Failures);
        await Eventually.BeAsync("a second and a third try", () => AdvancesUntil(listener.Failures >= 3));
        Assert.False(accept.IsCompleted);

        listener.Error = 0;
        await Eventually.BeAsync("the accept", () => AdvancesUntil(accept.IsCompleted));

        await using var connection = await accept;
        Assert.Contains("cannot accept connections for now", Assert.Single(log.Entries), StringComparison.Ordinal);

        // A pause may begin after the step that would have ended it.
        bool AdvancesUntil(bool isSo)
        {
            if (!isSo)
                time.Advance(TimeSpan.FromMilliseconds(100));
            return isSo;
        }
    }

    [Fact]
    public async Task AcceptAsync_PeerIsGoneAlready_TakesTheNext()
    {
        const int ConnectionAborted = 103;
        await using var listener = new StarvedListener(TimeProvider.System, NullLogger<EpollListener>.Instance) { Error = ConnectionAborted };
        var accept = Task.Run(() => listener.AcceptAsync().AsTask());
        await Eventually.BeAsync("tries", () => listener.Failures > 3);
        listener.Error = 0;
        await using var pair = await TransportPair.ConnectAsync(listener, accept);

        await pair.Peer.SendAsync("foo"u8.ToArray());
        Assert.Equal(3, (await TransportPair.ReadAsync(pair.Input)).Buffer.Length);
    }

    [Fact]
    public async Task AcceptAsync_ListenerIsBroken_Throws()
    {
        await using var listener = new StarvedListener(TimeProvider.System, NullLogger<EpollListener>.Instance) { Error = SystemErrors.BadDescriptor };

        await Assert.ThrowsAsync<Win32Exception>(() => Eventually.EndAsync("the accept", listener.AcceptAsync().AsTask()));
    }

    [Fact]
    public async Task UnbindAsync_ConnectionsOpen_LeavesThemBe()
    {
        var listener = TransportPair.Listen();
        await using var pair = await TransportPair.ConnectAsync(listener);
        await listener.DisposeAsync();
        await listener.UnbindAsync();

        var read = TransportPair.ReadAsync(pair.Input);
        await pair.Peer.SendAsync("foo"u8.ToArray());
        Assert.Equal(3, (await read).Buffer.Length);
        Assert.Null(await listener.AcceptAsync());
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
