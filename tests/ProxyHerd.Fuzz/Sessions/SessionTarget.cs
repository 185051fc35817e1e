using System.Buffers;
using System.IO.Hashing;
using ProxyHerd.Fuzz.Mutation;
using ProxyHerd.Fuzz.Targets;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Fuzz.Sessions;

/// <summary>
/// A whole connection to a server, from its first byte to its end, by a peer that cannot prove itself. Which port it is,
/// how the bytes are split, whether they end or the peer falls silent, and whether traffic is logged follow from the input.
/// </summary>
internal sealed class SessionTarget : IFuzzTarget
{
    /// <summary>A server whose store has grown to this is left for a new one.</summary>
    private const int LocationsMax = 10_000;

    /// <summary>What a session's greeting may take.</summary>
    private static readonly TimeSpan GreetingMax = TimeSpan.FromSeconds(5);

    /// <summary>How long a handler may be on another thread, where it goes after much input.</summary>
    private static readonly TimeSpan ElsewhereMax = TimeSpan.FromSeconds(10);

    private readonly ArrayBufferWriter<byte> _received = new();
    private FuzzedServer _server = new();

    public string Name => "Session";

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (_server.Herd.Store.Count > LocationsMax)
            _server = new FuzzedServer();
        var shape = new FuzzRandom(XxHash3.HashToUInt64(input));
        var kind = shape.OnceIn(2) ? ConnectionKind.Links : ConnectionKind.All;
        var endsAtOnce = shape.OnceIn(2);
        _server.Log.HasTraffic = shape.OnceIn(8);
        var expected = ExpectedSession.Of(input, kind);
        var sequence = _server.Herd.Feed.Head;
        var connection = new FuzzConnection();
        try
        {
            var handler = Serve(connection, input, kind, shape);
            if (endsAtOnce)
                connection.SendEnd();
            else
                FallSilent(connection, handler, expected);
            CheckEnd(handler, sequence + expected.UpdatesMax);
            return expected.Check(connection.Receive(_received));
        }
        finally
        {
            connection.Close();
        }
    }

    public void Compare(ReadOnlySpan<byte> input)
    {
        // Run compares every input.
    }

    private Task Serve(FuzzConnection connection, ReadOnlySpan<byte> input, ConnectionKind kind, FuzzRandom shape)
    {
        var first = shape.Below(input.Length + 1);
        connection.Send(input[..first]);
        var handler = _server.Serve(connection, kind);
        var stepMax = Math.Max(1 << shape.Below(12), input.Length / 16);
        for (var sent = first; sent < input.Length;)
        {
            var step = Math.Min(1 + shape.Below(stepMax), input.Length - sent);
            connection.Send(input.Slice(sent, step));
            sent += step;
        }

        return handler;
    }

    /// <summary>A peer that has said HELLO is hung up on when it does not go on; a client may wait.</summary>
    private void FallSilent(FuzzConnection connection, Task handler, ExpectedSession expected)
    {
        for (var waited = TimeSpan.Zero; waited <= GreetingMax; waited += TimeSpan.FromSeconds(1))
            _server.Time.Advance(TimeSpan.FromSeconds(1));
        if (expected.IsHelloWhole)
            Oracle.Holds(Ends(handler), "a peer that does not prove itself in time is hung up on");
        else
            Oracle.Holds(connection.Aborted is null, "a client may be silent");
        connection.SendEnd();
    }

    private void CheckEnd(Task handler, long sequenceMax)
    {
        Oracle.Holds(Ends(handler), "a connection whose peer is gone ends");
        Oracle.Holds(handler.Exception is null, handler.Exception?.ToString() ?? "");
        Oracle.Holds(_server.Time.Timers == 0, "no timer is left");
        Oracle.Holds(_server.Log.Fault is null, _server.Log.Fault ?? "");
        Oracle.Holds(_server.Herd.Feed.Head <= sequenceMax, "nothing is stored for a peer that is not let in");

        // Connections are no single round of polling, in which the server would put their flushes together.
        _server.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private static bool Ends(Task handler) => handler.IsCompleted || SpinWait.SpinUntil(() => handler.IsCompleted, ElsewhereMax);
}
