using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyHerd.EndToEnd.Lines;

/// <summary>A piece of network between a server and a neighbour that it dials, which a test can cut or slow down.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly Lock _lock = new();
    private readonly List<TcpClient> _connections = [];
    private readonly StringBuilder _recorded = new();
    private byte[]? _cutBehind;
    private long _delayTicks;
    private bool _isCut;

    /// <param name="target">The neighbour's port.</param>
    public Relay(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What is dialled instead of the neighbour's port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How long each piece is held up, either way, and all behind it with it.</summary>
    public TimeSpan Delay
    {
        get => new(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>What has first been sent to the neighbour, one char a byte.</summary>
    public string Recorded
    {
        get
        {
            lock (_lock)
                return _recorded.ToString();
        }
    }

    /// <summary>Cuts once, right behind these bytes on their way to the neighbour.</summary>
    public void CutBehind(byte[] bytes) => Volatile.Write(ref _cutBehind, bytes);

    /// <summary>Closes what there is, and anything new at once.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _isCut = true;
            _connections.ForEach(connection => connection.Dispose());
            _connections.Clear();
        }
    }

    /// <summary>Lets connections through again.</summary>
    public void Mend()
    {
        lock (_lock)
            _isCut = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ConnectAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ConnectAsync(TcpClient from)
    {
        using (from)
        using (var to = new TcpClient())
        {
            lock (_lock)
            {
                if (_isCut)
                    return;
                _connections.AddRange([from, to]);
            }

            try
            {
                await to.ConnectAsync(IPAddress.Loopback, _target);
                await Task.WhenAny(
                    CopyAsync(from.GetStream(), to.GetStream(), isToNeighbour: true),
                    CopyAsync(to.GetStream(), from.GetStream(), isToNeighbour: false));
            }
            catch (SocketException)
            {
                // Nobody listens there, which the dialler learns from the end of its connection.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isToNeighbour)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReadAsync(buffer) is var read and > 0)
            {
                if (Delay > TimeSpan.Zero)
                    await Task.Delay(Delay, TimeProvider.System);
                if (isToNeighbour)
                    Record(buffer.AsSpan(0, read));
                var cutBehind = isToNeighbour ? Volatile.Read(ref _cutBehind) : null;
                var at = cutBehind is null ? -1 : buffer.AsSpan(0, read).IndexOf(cutBehind);
                await to.WriteAsync(buffer.AsMemory(0, at < 0 ? read : at + cutBehind!.Length));
                if (at < 0)
                    continue;
                Volatile.Write(ref _cutBehind, null);
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Either end hung up, or the test cut it.
        }
    }

    private void Record(ReadOnlySpan<byte> bytes)
    {
        const int BytesMax = 4096;
        lock (_lock)
            _recorded.Append(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, BytesMax - _recorded.Length)]));
    }
}
