using System.Net;
using System.Net.Sockets;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>One connection of the generator: requests in flight, and what came of their replies.</summary>
internal sealed class LoadConnection : IDisposable
{
    /// <summary>Room for replies; a reply line has to fit.</summary>
    private const int InputBytesMax = 64 << 10;

    private readonly byte[] _input = new byte[InputBytesMax];
    private readonly byte[] _output;
    private readonly RequestTemplate _template;
    private readonly long[] _sentAt;
    private int _inputUsed;
    private int _outputUsed;
    private int _outputSent;
    private long _sent;
    private long _answered;

    /// <summary>Connects.</summary>
    public LoadConnection(int port, RequestTemplate template, int inFlightMax)
    {
        _template = template;
        _sentAt = new long[inFlightMax];
        _output = new byte[inFlightMax * template.BytesMax];
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        Socket.Blocking = false;
    }

    /// <summary>The socket; it does not block.</summary>
    public Socket Socket { get; }

    /// <summary>Whether the server took all that was sent.</summary>
    public bool HasFlushed => _outputUsed == 0;

    /// <summary>Requests that may be sent now.</summary>
    public int Room => HasFlushed ? _sentAt.Length - (int)(_sent - _answered) : 0;

    /// <summary>Makes requests and sends them in one piece.</summary>
    /// <param name="count">At most <see cref="Room"/>.</param>
    /// <param name="timestamp">When they count as sent, in nanoseconds.</param>
    /// <param name="now">What goes into their times, in nanoseconds since 1970.</param>
    public void Send(int count, long timestamp, long now)
    {
        for (var i = 0; i < count; i++)
        {
            _sentAt[_sent++ % _sentAt.Length] = timestamp;
            _outputUsed += _template.Write(_output.AsSpan(_outputUsed), now);
        }

        Flush();
    }

    /// <summary>Sends what is left over.</summary>
    public void Flush()
    {
        while (_outputSent < _outputUsed)
        {
            var sent = Socket.Send(_output.AsSpan(_outputSent, _outputUsed - _outputSent), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return;
            if (error != SocketError.Success)
                throw new SocketException((int)error);
            _outputSent += sent;
        }

        _outputSent = _outputUsed = 0;
    }

    /// <summary>Reads once and counts the replies that are complete.</summary>
    /// <param name="timestamp">Now, in nanoseconds.</param>
    /// <param name="expected">What each reply begins with.</param>
    /// <param name="tally">Where they are counted.</param>
    public void Receive(long timestamp, ReadOnlySpan<byte> expected, LoadTally tally)
    {
        var received = Socket.Receive(_input.AsSpan(_inputUsed), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success)
            throw new SocketException((int)error);
        if (received == 0)
            throw new IOException("The server closed a connection, or a reply line is longer than 64 kB.");

        var bytes = _input.AsSpan(0, _inputUsed + received);
        var rest = bytes;
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            tally.Add(timestamp - _sentAt[_answered++ % _sentAt.Length], rest[..end].StartsWith(expected), timestamp);
            rest = rest[(end + 1)..];
        }

        rest.CopyTo(bytes);
        _inputUsed = rest.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();
}
