using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Xunit.Sdk;

namespace ProxyHerd.Herd.Tests.Connections;

/// <summary>A peer that sends and expects text, one char a byte, and shows all of it when something else comes.</summary>
internal sealed class Transcript(MemoryConnection connection)
{
    private readonly StringBuilder _log = new();

    public MemoryConnection Connection => connection;

    public async Task Send(string text)
    {
        Log("> ", text);
        await connection.Output.WriteAsync(Bytes.Of(text)).AsTask().Within($"to send {text}");
    }

    public Task SendLine(string line) => Send(line + "\n");

    /// <summary>Half-closes.</summary>
    public async Task SendEnd()
    {
        _log.AppendLine("> (end)");
        await connection.Output.CompleteAsync();
    }

    /// <summary>Expects exactly these bytes next.</summary>
    public async Task Receive(string expected)
    {
        while (true)
        {
            var result = await ReadAsync(expected);
            var text = Bytes.Text(result.Buffer.ToArray());
            var length = Math.Min(text.Length, expected.Length);
            if (!text.AsSpan(0, length).SequenceEqual(expected.AsSpan(0, length)))
            {
                Log("< ", text);
                Assert.Fail($"Expected {expected}\nbut:\n{_log}");
            }

            if (length == expected.Length)
            {
                Log("< ", expected);
                connection.Input.AdvanceTo(result.Buffer.GetPosition(length));
                return;
            }

            connection.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            Assert.False(result.IsCompleted, $"Expected {expected}\nbut '{text}' was all:\n{_log}");
        }
    }

    public Task ReceiveLine(string expected) => Receive(expected + "\n");

    /// <summary>The next line, whatever it is, without its end.</summary>
    public async Task<string> ReceiveLine() =>
        await ReceiveLineUnlessEnded() ?? throw new XunitException($"Expected a line, but the end came:\n{_log}");

    /// <summary>The next line, or null if a close or a reset came before its end.</summary>
    public async Task<string?> ReceiveLineUnlessEnded()
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await ReadAsync("a line");
            }
            catch (IOException)
            {
                return null;
            }

            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Bytes.Text(result.Buffer.Slice(0, end).ToArray());
                Log("< ", line);
                connection.Input.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }

            connection.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }

    /// <summary>Expects the connection's end next, a reset as good as a close.</summary>
    public async Task ReceiveEnd()
    {
        try
        {
            var result = await ReadAsync("the end");
            Assert.True(result.IsCompleted && result.Buffer.IsEmpty, $"Expected the end, but {Bytes.Text(result.Buffer.ToArray())}\n{_log}");
            connection.Input.AdvanceTo(result.Buffer.End);
        }
        catch (IOException)
        {
            // A reset.
        }

        _log.AppendLine("< (end)");
    }

    /// <summary>Whether something has come that was not received yet.</summary>
    public bool HasMore()
    {
        if (!connection.Input.TryRead(out var result))
            return false;
        connection.Input.AdvanceTo(result.Buffer.Start);
        return !result.Buffer.IsEmpty;
    }

    public override string ToString() => _log.ToString();

    private async Task<ReadResult> ReadAsync(string expected)
    {
        try
        {
            return await connection.Input.ReadAsync().AsTask().WaitAsync(Deadline.Generous);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Still waiting for: {expected}\nafter:\n{_log}");
        }
    }

    private void Log(string sign, string text)
    {
        foreach (var line in text.TrimEnd('\n').Split('\n'))
            _log.Append(sign).AppendLine(line.Length > 500 ? $"{line[..500]}… ({line.Length})" : line);
    }
}
