using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit.Sdk;

namespace ProxyHerd.EndToEnd.Lines;

/// <summary>A client of one server, whose dialogue is shown when an answer does not come or is another one.</summary>
/// <remarks>A line's bytes are the chars of a string, one each.</remarks>
internal sealed class LineClient : IDisposable
{
    private readonly string _server;
    private readonly TcpClient _connection;
    private readonly StreamReader _input;
    private readonly Stream _output;
    private readonly Func<string> _situation;
    private readonly Queue<string> _dialogue = new();

    private LineClient(string server, TcpClient connection, Func<string> situation)
    {
        _server = server;
        _connection = connection;
        _output = connection.GetStream();
        _input = new StreamReader(_output, Encoding.Latin1);
        _situation = situation;
    }

    /// <summary>Connects to a server on this machine.</summary>
    /// <param name="server">Its name, for the dialogue.</param>
    /// <param name="port">Its port.</param>
    /// <param name="situation">What else to show when something goes wrong.</param>
    public static async Task<LineClient> ConnectAsync(string server, int port, Func<string> situation)
    {
        var connection = new TcpClient { NoDelay = true };
        try
        {
            await connection.ConnectAsync(IPAddress.Loopback, port);
            return new LineClient(server, connection, situation);
        }
        catch (SocketException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Speaks over a connection that was accepted.</summary>
    /// <param name="server">Who dialled, for the dialogue.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="situation">What else to show when something goes wrong.</param>
    public static LineClient Of(string server, TcpClient connection, Func<string> situation) => new(server, connection, situation);

    /// <summary>Sends lines in one piece, each with its line end.</summary>
    public async Task SendAsync(params string[] lines)
    {
        foreach (var line in lines)
            Note($"> {line}");
        await _output.WriteAsync(Encoding.Latin1.GetBytes(string.Concat(lines.Select(line => line + '\n'))));
    }

    /// <summary>Says that no more lines will come.</summary>
    public void HalfClose() => _connection.Client.Shutdown(SocketShutdown.Send);

    /// <summary>The next line that comes; null if the connection ends, or has been reset.</summary>
    public async Task<string?> TryReceiveAsync()
    {
        try
        {
            var line = await _input.ReadLineAsync().WaitAsync(Condition.Deadline, TimeProvider.System);
            Note(line is null ? "< (the end)" : $"< {line}");
            return line;
        }
        catch (TimeoutException)
        {
            throw Failure($"nothing came for {Condition.Deadline}");
        }
        catch (IOException exception)
        {
            Note($"< ({exception.Message})");
            return null;
        }
    }

    /// <summary>The next line that comes.</summary>
    public async Task<string> ReceiveAsync() =>
        await TryReceiveAsync() ?? throw Failure("the connection closed where a line was due");

    /// <summary>The next line that comes, which has to be this one.</summary>
    public async Task ReceiveAsync(string expected)
    {
        if (await ReceiveAsync() != expected)
            throw Failure($"due was:{Environment.NewLine}< {expected}");
    }

    /// <summary>Waits until the server closes, and it may say nothing before.</summary>
    public async Task ReceiveEndAsync()
    {
        if (await TryReceiveAsync() is not null)
            throw Failure("due was the connection's end");
    }

    /// <summary>Sends a line and receives the one that answers.</summary>
    public async Task<string> AskAsync(string line)
    {
        await SendAsync(line);
        return await ReceiveAsync();
    }

    /// <summary>Asks for a client and the places near it.</summary>
    /// <returns>The AT line, and all of the JSON that follows it up to the empty line; null if the client is not known.</returns>
    public async Task<(string? Location, string Json)> WhatsatAsync(string clientId, int radius = 10, int bound = 0)
    {
        var question = string.Create(CultureInfo.InvariantCulture, $"WHATSAT {clientId} {radius} {bound}");
        var first = await AskAsync(question);
        if (first == $"? {question}")
            return (null, "");
        var json = new StringBuilder();
        while (await ReceiveAsync() is { Length: > 0 } line)
            json.AppendLine(line);
        return (first, json.ToString());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _connection.Dispose();
    }

    private void Note(string line)
    {
        const int LinesKept = 40;
        _dialogue.Enqueue(line);
        if (_dialogue.Count > LinesKept)
            _dialogue.Dequeue();
    }

    private XunitException Failure(string what) =>
        new($"{_server}: {what}{Environment.NewLine}{string.Join(Environment.NewLine, _dialogue)}{Environment.NewLine}{_situation()}");
}
