using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyHerd.Server.Transport;

namespace ProxyHerd.Server.Tests.Transport;

/// <summary>A socket of a peer, and the connection that the transport accepted from it.</summary>
internal sealed class TransportPair : IAsyncDisposable
{
    /// <summary>Threads of the tests' own, so that one that a test blocks holds up no server of another test.</summary>
    public static readonly PollingThreads Threads = new(2);

    private const int SystemBufferBytes = 32 << 10;

    /// <summary>More than the systems hold and a flush does not wait for together, several times.</summary>
    private const int FillBytes = 1 << 20;

    private TransportPair(Socket peer, EpollConnection connection)
    {
        Peer = peer;
        Connection = connection;
    }

    public Socket Peer { get; }

    public EpollConnection Connection { get; }

    public PipeReader Input => Connection.Transport.Input;

    public PipeWriter Output => Connection.Transport.Output;

    public static EpollListener Listen(IPAddress? address = null, PollingThreads? threads = null, TimeProvider? time = null)
    {
        return new EpollListener(Bind(address), threads ?? Threads, time ?? TimeProvider.System, NullLogger<EpollListener>.Instance);
    }

    /// <summary>A socket that listens on a free port.</summary>
    public static Socket Bind(IPAddress? address = null)
    {
        var endpoint = new IPEndPoint(address ?? IPAddress.Loopback, 0);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endpoint.Address.Equals(IPAddress.IPv6Any))
            socket.DualMode = true;
        socket.Bind(endpoint);
        socket.Listen();
        return socket;
    }

    public static async Task<TransportPair> ConnectAsync(PollingThreads? threads = null, TimeProvider? time = null)
    {
        await using var listener = Listen(threads: threads, time: time);
        return await ConnectAsync(listener);
    }

    /// <param name="listener">Whom to connect to.</param>
    /// <param name="accept">An accept of it that is under way.</param>
    public static async Task<TransportPair> ConnectAsync(EpollListener listener, Task<ConnectionContext?>? accept = null)
    {
        // What the systems hold between the two stays small, so that a test can fill it.
        var peer = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = SystemBufferBytes };
        await Eventually.EndAsync("a connection", peer.ConnectAsync(listener.EndPoint));
        var connection = await Eventually.EndAsync("an accept", accept ?? listener.AcceptAsync().AsTask());
        var pair = new TransportPair(peer, (EpollConnection)connection!);
        using var socket = pair.Borrow();
        socket.SendBufferSize = SystemBufferBytes;
        return pair;
    }

    /// <summary>Reads, and goes on on a thread of the pool: on the polling thread a flush would wait for the end of its round.</summary>
    public static async Task<ReadResult> ReadAsync(PipeReader input)
    {
        var result = await Eventually.EndAsync("a read", input.ReadAsync().AsTask());
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return result;
    }

    /// <summary>The connection's socket, for its options; it stays the connection's.</summary>
    public Socket Borrow() => new(new SafeSocketHandle(Connection.Descriptor, ownsHandle: false));

    public async Task<string> ReceiveAllAsync()
    {
        var all = new StringBuilder();
        var block = new byte[1 << 16];
        int count;
        while ((count = await Eventually.EndAsync("the rest", Peer.ReceiveAsync(block, SocketFlags.None))) > 0)
            all.Append(Encoding.Latin1.GetString(block, 0, count));
        return all.ToString();
    }

    /// <summary>Reads until the peer's input ends, consuming all.</summary>
    public async Task<string> ReadAllAsync()
    {
        var all = new StringBuilder();
        while (true)
        {
            var result = await ReadAsync(Input);
            all.Append(Encoding.Latin1.GetString(result.Buffer.ToArray()));
            Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return all.ToString();
        }
    }

    /// <summary>Writes so much that the flush has to wait for the peer to read.</summary>
    public (Task<FlushResult> Flush, int Written) Fill()
    {
        Output.Write(new byte[FillBytes]);
        return (Output.FlushAsync().AsTask(), FillBytes);
    }

    /// <summary>Has the peer leave with a reset.</summary>
    public void Reset()
    {
        Peer.LingerState = new LingerOption(enable: true, seconds: 0);
        Peer.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Peer.Dispose();
        await Connection.DisposeAsync();
    }
}
