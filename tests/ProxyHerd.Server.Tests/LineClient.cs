using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ProxyHerd.Server.Tests;

/// <summary>A client on a real socket. Bytes stand for themselves: Latin-1 both ways. A wait that takes too long fails with the dialogue.</summary>
internal sealed class LineClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly StringBuilder _transcript = new();
    private readonly byte[] _block = new byte[4096];
    private string _received = "";

    private LineClient()
    {
    }

    /// <summary>Connects to a port of this machine.</summary>
    public static async Task<LineClient> ConnectAsync(int port, string from = "127.0.0.1")
    {
        var client = new LineClient();
        client._socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await Eventually.EndAsync("a connection", client._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)));
        return client;
    }

    /// <summary>Sends text and closes its own direction; returns everything that is answered until the server closes too.</summary>
    public static async Task<string> AskAsync(int port, string text)
    {
        using var client = await ConnectAsync(port);
        await client.SendAsync(text);
        client.HalfClose();
        return await client.ReceiveAllAsync();
    }

    /// <summary>Sends text as it is.</summary>
    public async Task SendAsync(string text)
    {
        Note("> ", text);
        await Eventually.EndAsync($"room to send, after\n{_transcript}", _socket.SendAsync(Encoding.Latin1.GetBytes(text), SocketFlags.None));
    }

    /// <summary>Whether the server has closed, with nothing left to receive.</summary>
    public bool HasEnded => _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && _socket.Available == 0;

    /// <summary>Says that nothing more will be sent.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes at once, with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    /// <summary>The next line, without its LF.</summary>
    public async Task<string> ReceiveLineAsync()
    {
        int end;
        while ((end = _received.IndexOf('\n', StringComparison.Ordinal)) < 0)
        {
            if (!await ReceiveBlockAsync())
                throw new IOException($"The server closed before a whole line.\n{_transcript}");
        }

        var line = _received[..end];
        _received = _received[(end + 1)..];
        return line;
    }

    /// <summary>Everything until the server closes.</summary>
    public async Task<string> ReceiveAllAsync()
    {
        while (await ReceiveBlockAsync())
        {
        }

        var all = _received;
        _received = "";
        return all;
    }

    /// <summary>Waits until the server has closed, with a FIN or a reset, having sent nothing more.</summary>
    public async Task ReceiveEndAsync()
    {
        try
        {
            if (await ReceiveBlockAsync() || _received.Length > 0)
                throw new IOException($"The server should have closed without a word.\n{_transcript}");
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It closed with bytes of ours unread.
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Keeps the dialogue's end: enough for a person, and little enough to be put together at every wait.</summary>
    private void Note(string direction, string text)
    {
        const int LettersMax = 4096;
        _transcript.Append(direction).Append(text).Append('\n');
        if (_transcript.Length > 2 * LettersMax)
            _transcript.Remove(0, _transcript.Length - LettersMax);
    }

    private async Task<bool> ReceiveBlockAsync()
    {
        var count = await Eventually.EndAsync($"a reply, after\n{_transcript}", _socket.ReceiveAsync(_block, SocketFlags.None));
        var text = Encoding.Latin1.GetString(_block, 0, count);
        Note("< ", text);
        _received += text;
        return count > 0;
    }
}
