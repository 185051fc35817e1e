using ProxyHerd.Herd.Connections;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests.Connections;

/// <summary>What a client may leave unread, and for how long.</summary>
public sealed class UnreadOutputTests
{
    private const int Lines = 400;
    private static readonly string Line = new('x', 2_000);

    private readonly TestServer _server = new();

    [Fact]
    public async Task ManyReplies_OfOneRead_LeaveEvery64KB()
    {
        var (dialled, accepted) = MemoryConnection.Pair(serverOutputBytesMax: 1 << 20);
        var recorder = new FlushRecorder(accepted);
        accepted.Transport = recorder;
        var client = new Transcript(dialled);
        await client.Send(string.Concat(Enumerable.Repeat(Line + "\n", 120)));
        var handler = _server.Accept(accepted);
        await client.Receive(string.Concat(Enumerable.Repeat($"? {Line}\n", 120)));
        Assert.All(recorder.Flushes, flush => Assert.InRange(flush, 1, ConnectionLimits.FlushBytes + Line.Length + 3));
        await client.SendEnd();
        await handler.Within("for the end");
    }

    [Fact]
    public async Task OneRead_OfManyRequests_IsFlushedOnce()
    {
        var (dialled, accepted) = MemoryConnection.Pair();
        var recorder = new FlushRecorder(accepted);
        accepted.Transport = recorder;
        var client = new Transcript(dialled);
        await client.Send(string.Concat(Enumerable.Repeat("hello\n", 500)));
        _ = _server.Accept(accepted);
        await client.Receive(string.Concat(Enumerable.Repeat("? hello\n", 500)));
        Assert.Equal([500 * 8], recorder.Flushes);
    }

    [Fact]
    public async Task Client_ThatReadsNothing_IsCutAfterTenSeconds()
    {
        var client = _server.Connect(unreadBytesMax: 1);
        var sends = SendAsync(client);
        var start = _server.Time.GetTimestamp();
        await Deadline.Until(
            () =>
            {
                _server.Time.Advance(TimeSpan.FromSeconds(0.1));
                return client.Connection.IsAborted;
            },
            "for the client to be cut");
        Assert.InRange(_server.Time.GetElapsedTime(start), ConnectionLimits.UnreadTimeMax, TimeSpan.MaxValue);

        // It held its limit and a flush at the most, as did the carrier, and read no further requests meanwhile.
        Assert.InRange(_server.Herd.Metrics.Lines(Verb.Unknown), 1, 2 * (ConnectionLimits.UnreadBytesMax + ConnectionLimits.FlushBytes) / Line.Length);
        await _server.HandlersEnd();
        Assert.Single(_server.Log.Of(113));
        await sends;
    }

    [Fact]
    public async Task Client_ThatReadsInTime_GetsEverything()
    {
        var client = _server.Connect(unreadBytesMax: 1);
        var sends = SendAsync(client);
        await _server.Time.UntilTimer(ConnectionLimits.UnreadTimeMax);
        _server.Time.Advance(TimeSpan.FromSeconds(9));
        for (var i = 0; i < Lines; i++)
            await client.ReceiveLine($"? {Line}");
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        await client.SendLine("hello");
        await client.ReceiveLine("? hello");
        Assert.Empty(_server.Log.Of(113));
        await sends;
    }

    private static async Task SendAsync(Transcript client)
    {
        for (var i = 0; i < Lines; i++)
            await client.Connection.Output.WriteAsync(Bytes.Of(Line + "\n"));
    }
}
