using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyHerd.EndToEnd.Plain;

/// <summary>
/// A server in the manner of a student's: it knows IAMAT and AT alone, keeps the newest line of each client by its time,
/// and floods what is new to its neighbour, without asking whether it arrived.
/// </summary>
/// <param name="port">Where it listens.</param>
/// <param name="neighbour">The port of its neighbour.</param>
/// <param name="takesOneLine">Whether it reads one line of a connection and closes, and writes so; else connections stay.</param>
internal sealed class PlainServer(int port, int neighbour, bool takesOneLine) : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, port);
    private readonly ConcurrentDictionary<TcpClient, bool> _connections = new();
    private readonly SemaphoreSlim _turn = new(1);
    private TcpClient? _toNeighbour;

    /// <summary>The AT line of every client.</summary>
    public ConcurrentDictionary<string, string> Locations { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines that were no IAMAT and no AT.</summary>
    public ConcurrentQueue<string> Strange { get; } = new();

    public void Start()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public void Dispose()
    {
        _listener.Stop();
        _toNeighbour?.Dispose();
        foreach (var connection in _connections.Keys)
            connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptTcpClientAsync();
                _connections.TryAdd(connection, true);
                _ = ServeAsync(connection);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It is away.
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        using (var reader = new StreamReader(connection.GetStream(), Encoding.Latin1))
        {
            try
            {
                while (await reader.ReadLineAsync() is { } line)
                {
                    await HandleAsync(line, connection.GetStream());
                    if (takesOneLine)
                        return;
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
            {
                Strange.Enqueue(exception.Message);
            }
        }
    }

    private async Task HandleAsync(string line, NetworkStream output)
    {
        var fields = line.Split(' ');
        if (fields[0] == "IAMAT")
        {
            line = $"AT Student +0.263873386 {string.Join(' ', fields[1..])}";
            await output.WriteAsync(Encoding.Latin1.GetBytes(line + '\n'));
        }
        else if (fields[0] != "AT")
        {
            Strange.Enqueue(line);
            return;
        }

        await _turn.WaitAsync();
        try
        {
            var id = line.Split(' ')[3];
            if (Locations.TryGetValue(id, out var known) && TimeOf(line) <= TimeOf(known))
                return;
            Locations[id] = line;
            await FloodAsync(line);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task FloodAsync(string line)
    {
        if (takesOneLine || _toNeighbour is null)
            _toNeighbour = new TcpClient("127.0.0.1", neighbour);
        await _toNeighbour.GetStream().WriteAsync(Encoding.Latin1.GetBytes(line + '\n'));
        if (takesOneLine)
            _toNeighbour.Dispose();
    }

    private static decimal TimeOf(string line) => decimal.Parse(line.Split(' ')[5], CultureInfo.InvariantCulture);
}
