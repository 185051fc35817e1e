using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyHerd.Server.Transport;

namespace ProxyHerd.Server.Tests.Transport;

/// <summary>A socket of a peer, and the connection that the transport accepted from it.</summary>
internal sealed class TransportPair : IAsyncDisposable
{
    /// <summary>Threads of the tests' own, so that one that a test blocks holds up no server of another test.</summary>
    public static readonly PollingThreads Threads = new(2);

    private TransportPair(Socket peer, EpollConnection connection)
    {
        Peer = peer;
        Connection = connection;
    }

    public Socket Peer { get; }

    public EpollConnection Connection { get; }

    public PipeReader Input => Connection.Transport.Input;

    public PipeWriter Output => Connection.Transport.Output;

    public static EpollListener Listen(IPAddress? address = null, PollingThreads? threads = null)
    {
        var endpoint = new IPEndPoint(address ?? IPAddress.Loopback, 0);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endpoint.Address.Equals(IPAddress.IPv6Any))
            socket.DualMode = true;
        socket.Bind(endpoint);
        socket.Listen();
        return new EpollListener(socket, threads ?? Threads, TimeProvider.System, NullLogger<EpollListener>.Instance);
    }

    public static async Task<TransportPair> ConnectAsync(PollingThreads? threads = null)
    {
        await using var listener = Listen(threads: threads);
        return await ConnectAsync(listener);
    }

    public static async Task<TransportPair> ConnectAsync(EpollListener listener)
    {
        var peer = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await Eventually.EndAsync("a connection", peer.ConnectAsync(listener.EndPoint));
        var connection = await Eventually.EndAsync("an accept", listener.AcceptAsync().AsTask());
        return new TransportPair(peer, (EpollConnection)connection!);
    }

    public static async Task<ReadResult> ReadAsync(PipeReader input) => await Eventually.EndAsync("a read", input.ReadAsync().AsTask());

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

    /// <summary>Writes until a flush has to wait.</summary>
    public async Task<(Task<FlushResult> Flush, long Written)> FillAsync()
    {
        var written = 0L;
        while (true)
        {
            Output.Write(new byte[64 << 10]);
            written += 64 << 10;
            var flush = Output.FlushAsync();
            if (!flush.IsCompleted)
                return (flush.AsTask(), written);
            await flush;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Peer.Dispose();
        await Connection.DisposeAsync();
    }
}
