using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Server.Connections;

namespace ProxyHerd.Server.Transport;

/// <summary>Accepts connections and hands them to the polling threads in turn.</summary>
/// <remarks>
/// Not one listening socket a thread: sharing a port would let a second process take half of a server's connections
/// instead of being told that the port is in use.
/// </remarks>
internal partial class EpollListener : IConnectionListener, IPolled
{
    /// <summary>How long no one is accepted once files or memory have run out: others must give some back first.</summary>
    private static readonly TimeSpan ShortagePause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly PollingThreads _threads;
    private readonly PollingThread _thread;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly OnceAMinute _shortages;
    private readonly Channel<bool> _mayHaveMore = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly bool _isOfOneAddress;
    private readonly int _place;
    private int _isUnbound;

    /// <param name="socket">A listening socket, which is this listener's from now on.</param>
    /// <param name="threads">Who serves the connections.</param>
    /// <param name="time">Ends a pause.</param>
    /// <param name="logger">Hears of shortages.</param>
    public EpollListener(Socket socket, PollingThreads threads, TimeProvider time, ILogger<EpollListener> logger)
    {
        _socket = socket;
        _threads = threads;
        _thread = threads.Next();
        _time = time;
        _logger = logger;
        _shortages = new OnceAMinute(time);
        var endpoint = (IPEndPoint)socket.LocalEndPoint!;
        EndPoint = endpoint;
        _isOfOneAddress = !endpoint.Address.Equals(IPAddress.Any) && !endpoint.Address.Equals(IPAddress.IPv6Any);
        socket.Blocking = false;

        // Connections take it over from their listener.
        socket.NoDelay = true;
        _place = _thread.Watch((int)socket.SafeHandle.DangerousGetHandle(), this, PollEvents.In);
        if (_place < 0)
            throw new Win32Exception(SystemErrors.Last);
    }

    /// <inheritdoc/>
    public EndPoint EndPoint { get; }

    /// <summary>Waits for the next connection.</summary>
    /// <returns>Null once the listener is unbound.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        EpollConnection? connection = null;
        while (Volatile.Read(ref _isUnbound) == 0)
        {
            var error = TryAccept(out var descriptor, out var peer);
            if (error == 0)
                error = TryConnect(descriptor, peer, out connection);
            if (connection is not null)
                return connection;
            if (error == SystemErrors.WouldBlock)
                await WaitAsync(cancellationToken);
            else if (SystemErrors.IsShortage(error))
                await PauseAsync(error, cancellationToken);
            else if (SystemErrors.IsOfListener(error) && Volatile.Read(ref _isUnbound) == 0)
                throw new Win32Exception(error);
        }

        return null;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isUnbound, 1) == 0)
        {
            _thread.Leave(_place, (int)_socket.SafeHandle.DangerousGetHandle());
            _socket.Dispose();
            _mayHaveMore.Writer.Complete();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => UnbindAsync();

    void IPolled.OnEvents(PollEvents events) => _mayHaveMore.Writer.TryWrite(true);

    /// <summary>Takes a connection that waits, if one does; a test has it fail as the system does under stress.</summary>
    /// <returns>0 if there was a connection, else the system error.</returns>
    protected virtual unsafe int TryAccept(out int descriptor, out IPEndPoint? peer)
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.LengthMax];
        var length = address.Length;
        peer = null;
        descriptor = -1;
        try
        {
            fixed (byte* start = address)
                descriptor = SystemCalls.Accept(_socket.SafeHandle, start, ref length);
        }
        catch (ObjectDisposedException)
        {
            // It was unbound meanwhile.
            return SystemErrors.BadDescriptor;
        }

        if (descriptor < 0)
            return SystemErrors.Last;
        peer = SocketAddressBytes.ToEndPoint(address[..Math.Min(length, address.Length)]);
        return 0;
    }

    /// <returns>0 if the connection is watched, else the system error; the descriptor is closed then.</returns>
    private int TryConnect(int descriptor, IPEndPoint? peer, out EpollConnection? connection)
    {
        connection = new EpollConnection(descriptor, _threads.Next(), _time)
        {
            RemoteEndPoint = peer,
            LocalEndPoint = _isOfOneAddress ? EndPoint : LocalEndPointOf(descriptor),
        };
        var error = connection.Begin();
        if (error == 0)
            return 0;
        connection = null;
        SystemCalls.Close(descriptor);
        return error;
    }

    private static unsafe IPEndPoint? LocalEndPointOf(int descriptor)
    {
        Span<byte> address = stackalloc byte[SocketAddressBytes.LengthMax];
        var length = address.Length;
        fixed (byte* start = address)
        {
            if (SystemCalls.GetSocketName(descriptor, start, ref length) < 0)
                return null;
        }

        return SocketAddressBytes.ToEndPoint(address[..Math.Min(length, address.Length)]);
    }

    private async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (await _mayHaveMore.Reader.WaitToReadAsync(cancellationToken))
            _mayHaveMore.Reader.TryRead(out _);
    }

    private async Task PauseAsync(int error, CancellationToken cancellationToken)
    {
        if (_shortages.IsDue(out var passedOver))
            LogShortage(EndPoint, SystemErrors.TextOf(error), passedOver);
        await Task.Delay(ShortagePause, _time, cancellationToken);
    }

    [LoggerMessage(210, LogLevel.Warning, "{EndPoint} cannot accept connections for now: {Reason} ({PassedOver} more since the last such line)")]
    private partial void LogShortage(EndPoint endPoint, string reason, int passedOver);
}
