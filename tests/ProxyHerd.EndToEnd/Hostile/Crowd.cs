using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>Many connections at once, from as many addresses of this machine as the limit of connections from one asks for.</summary>
internal sealed class Crowd : IDisposable
{
    /// <summary>As the server ships: <c>Limits:ConnectionsPerAddressMax</c>.</summary>
    public const int FromOneAddressMax = 1_000;

    /// <summary>A good client and the test itself come from 127.0.0.1.</summary>
    private const byte FirstAddress = 2;

    private const int ConnectingAtOnce = 100;

    private readonly List<Socket> _sockets = [];

    /// <summary>The connections.</summary>
    public IReadOnlyList<Socket> Sockets => _sockets;

    /// <summary>Connects.</summary>
    /// <param name="port">The server's port.</param>
    /// <param name="count">How many connections.</param>
    /// <param name="unreadBytes">What the system may hold for each that was not read; null for its own choice.</param>
    public static async Task<Crowd> ConnectAsync(int port, int count, int? unreadBytes = null)
    {
        var crowd = new Crowd();
        try
        {
            for (var first = 0; first < count; first += ConnectingAtOnce)
            {
                var connecting = Enumerable.Range(first, Math.Min(ConnectingAtOnce, count - first)).Select(number =>
                {
                    var socket = Open((byte)(FirstAddress + (number / FromOneAddressMax)), unreadBytes);
                    crowd._sockets.Add(socket);
                    return socket.ConnectAsync(IPAddress.Loopback, port);
                });
                await Task.WhenAll(connecting).WaitAsync(Condition.Deadline, TimeProvider.System);
            }

            return crowd;
        }
        catch
        {
            crowd.Dispose();
            throw;
        }
    }

    /// <summary>A socket that comes from 127.0.0.N.</summary>
    public static Socket Open(byte address, int? unreadBytes = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (unreadBytes is { } bytes)
            socket.ReceiveBufferSize = bytes;
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, address]), 0));
        return socket;
    }

    /// <summary>Whether the server has hung up on a connection from which nothing is to be read.</summary>
    public static bool IsGone(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectError) || (socket.Poll(0, SelectMode.SelectRead) && socket.Receive(new byte[1], SocketFlags.Peek) == 0);
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Reads and drops whatever comes, until the server hangs up.</summary>
    public static async Task ReceiveUntilGoneAsync(Socket socket)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A reset is as good as a close.
        }
    }

    /// <summary>Holds that a connection is the server's no more within a time.</summary>
    public static async Task AssertGoneAsync(Socket socket, TimeSpan within, string who)
    {
        try
        {
            await ReceiveUntilGoneAsync(socket).WaitAsync(within, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{who} is still there after {within}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
}
