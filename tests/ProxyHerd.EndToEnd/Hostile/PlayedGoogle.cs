using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>Stands in for either of Google's APIs, and does what a test says: answer that there is nothing, or never, or not well.</summary>
internal sealed class PlayedGoogle : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _clients = [];
    private volatile Manner _manner;

    public PlayedGoogle()
    {
        _listener.Start(backlog: 512);
        _ = ListenAsync();
    }

    /// <summary>How a request is met.</summary>
    public enum Manner
    {
        /// <summary>With an answer without places, which both APIs may give.</summary>
        Answers,

        /// <summary>With nothing.</summary>
        Hangs,

        /// <summary>With the head of an answer, and then nothing.</summary>
        HangsInBody,

        /// <summary>With an answer that comes a letter at a time.</summary>
        Dribbles,

        /// <summary>With an end of the connection.</summary>
        Cuts,

        /// <summary>With an error.</summary>
        Fails,

        /// <summary>With the wish to be left alone.</summary>
        Limits,
    }

    /// <summary>Where it is.</summary>
    public string BaseUrl => $"http://{_listener.LocalEndpoint}";

    /// <summary>How requests are met from now on.</summary>
    public Manner Now
    {
        get => _manner;
        set => _manner = value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_clients)
            _clients.ForEach(client => client.Dispose());
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                lock (_clients)
                    _clients.Add(client);
                _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer) > 0)
            {
                if (!await MeetAsync(stream))
                {
                    client.Close();
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The server has given up.
        }
    }

    /// <summary>A request is short and comes in one piece, or its body comes a moment later: then it is met twice, which is no matter.</summary>
    private async Task<bool> MeetAsync(NetworkStream stream)
    {
        const string Empty = """{"status":"ZERO_RESULTS","results":[]}""";
        switch (_manner)
        {
            case Manner.Answers:
                await SendAsync(stream, $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {Empty.Length}\r\n\r\n{Empty}");
                return false;
            case Manner.HangsInBody:
                await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
                return true;
            case Manner.Dribbles:
                await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
                while (true)
                {
                    await SendAsync(stream, " ");
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
                }

            case Manner.Cuts:
                return false;
            case Manner.Fails:
                await SendAsync(stream, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
                return false;
            case Manner.Limits:
                await SendAsync(stream, "HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n");
                return false;
            default:
                return true;
        }
    }

    private static async Task SendAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
}
