using System.Net;
using System.Net.Sockets;
using ProxyHerd.Server.Dialling;
using Xunit;

namespace ProxyHerd.Server.Tests.Dialling;

public sealed class SocketDiallerTests
{
    private readonly SocketDialler _dialler = new();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task ConnectAsync_NameOrAddress_Connects(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        await using var dialled = await _dialler.ConnectAsync(new DnsEndPoint(host, ((IPEndPoint)listener.LocalEndpoint).Port));
        using var peer = await listener.AcceptSocketAsync();

        await dialled.Transport.Output.WriteAsync("hello"u8.ToArray());
        var block = new byte[16];
        Assert.Equal(5, await peer.ReceiveAsync(block, SocketFlags.None));
    }

    /// <summary>The port is bound, so that no one else gets it, and does not listen.</summary>
    [Fact]
    public async Task ConnectAsync_NobodyListens_IsAnIOException()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var exception = await Assert.ThrowsAsync<IOException>(
            () => _dialler.ConnectAsync(new DnsEndPoint("127.0.0.1", ((IPEndPoint)silent.LocalEndPoint!).Port)).AsTask());

        Assert.Contains("refused", exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A link dials again after an IOException; another exception would end it for good.</summary>
    [Theory]
    [InlineData("no.such.host.invalid", 1)]
    [InlineData("127.0.0.1", 0)]
    [InlineData("0.0.0.0", 1)]
    [InlineData("::", 1)]
    [InlineData("a..b", 1)]
    [InlineData("two words", 1)]
    public async Task ConnectAsync_HostThatCannotBe_IsAnIOException(string host, int port) =>
        await Assert.ThrowsAsync<IOException>(() => _dialler.ConnectAsync(new DnsEndPoint(host, port)).AsTask());

    [Fact]
    public async Task ConnectAsync_HostNameTooLong_IsAnIOException() =>
        await Assert.ThrowsAsync<IOException>(() => _dialler.ConnectAsync(new DnsEndPoint(new string('a', 300), 1)).AsTask());

    /// <summary>A neighbour that is stopped resets connections which it has yet to take, some of them before they are looked at here.</summary>
    [Fact]
    public async Task ConnectAsync_ResetAtOnce_IsAnIOExceptionIfAny()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var resets = new Thread(() => ResetAll(listener));
        resets.Start();
        for (var dial = 0; dial < 500; dial++)
        {
            try
            {
                await using var connection = await _dialler.ConnectAsync(listener.LocalEndPoint!);
            }
            catch (IOException)
            {
                // Its being reset was seen.
            }
        }

        listener.Dispose();
        resets.Join();
    }

    [Fact]
    public async Task ConnectAsync_Cancelled_IsCancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _dialler.ConnectAsync(new DnsEndPoint("127.0.0.1", 1), new CancellationToken(canceled: true)).AsTask());

    /// <summary>
    /// A queue of connections that nobody takes gets full; whoever dials then hears nothing until his time is up.
    /// </summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task ConnectAsync_CancelledWhileNobodyAnswers_IsCancelled(string host)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var full = (IPEndPoint)listener.LocalEndPoint!;
        var waiting = new List<Socket>();
        try
        {
            do
            {
                waiting.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
            }
            while (IsTaken(waiting[^1], full));

            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => _dialler.ConnectAsync(new DnsEndPoint(host, full.Port), limit.Token).AsTask());
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }

    private static void ResetAll(Socket listener)
    {
        try
        {
            while (true)
            {
                using var peer = listener.Accept();
                peer.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>On this machine the kernel answers a connect within it, if it does.</summary>
    private static bool IsTaken(Socket socket, IPEndPoint listener)
    {
        try
        {
            socket.Connect(listener);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            return socket.Poll(TimeSpan.FromMilliseconds(200), SelectMode.SelectWrite);
        }

        return true;
    }
}
