using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyHerd.EndToEnd.Chaos;

/// <summary>A client's connection for many lines a second. A server that does not answer in time is taken for dead.</summary>
internal sealed class LinePipe : IDisposable
{
    /// <summary>A server that is frozen for longer is left.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(3);

    private readonly TcpClient _connection = new() { NoDelay = true };
    private readonly byte[] _block = new byte[64 << 10];
    private int _start;
    private int _end;

    private LinePipe()
    {
    }

    /// <summary>Connects; null if nobody listens there.</summary>
    public static async Task<LinePipe?> TryConnectAsync(int port)
    {
        var pipe = new LinePipe();
        try
        {
            using var limit = new CancellationTokenSource(AnswerMax, TimeProvider.System);
            await pipe._connection.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            return pipe;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            pipe.Dispose();
            return null;
        }
    }

    /// <summary>Sends lines in one piece.</summary>
    /// <exception cref="IOException">The server has hung up.</exception>
    public async Task SendAsync(string lines) => await _connection.GetStream().WriteAsync(Encoding.Latin1.GetBytes(lines));

    /// <summary>The next line that comes.</summary>
    /// <exception cref="IOException">None comes, or not in time.</exception>
    public async ValueTask<string> ReceiveAsync()
    {
        while (true)
        {
            var length = _block.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.Latin1.GetString(_block, _start, length);
                _start += length + 1;
                return line;
            }

            await FillAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private async Task FillAsync()
    {
        _block.AsSpan(_start, _end - _start).CopyTo(_block);
        (_start, _end) = (0, _end - _start);
        using var limit = new CancellationTokenSource(AnswerMax, TimeProvider.System);
        try
        {
            var count = await _connection.GetStream().ReadAsync(_block.AsMemory(_end), limit.Token);
            _end += count > 0 ? count : throw new EndOfStreamException("The server has hung up.");
        }
        catch (OperationCanceledException)
        {
            throw new IOException($"The server said nothing for {AnswerMax}.");
        }
    }
}
