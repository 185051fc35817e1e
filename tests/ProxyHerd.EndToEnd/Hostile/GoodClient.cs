using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ProxyHerd.EndToEnd.Processes;
using Xunit.Sdk;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>
/// A client that moves on and on while others attack. It has a thread of its own, so that what the attackers do in this
/// process costs it no more than it must.
/// </summary>
internal sealed class GoodClient : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stopping = new();
    private readonly Lock _lock = new();
    private readonly byte[] _buffer = new byte[512];
    private Latencies _latencies = new();
    private Exception? _fault;
    private volatile bool _holdsStill;

    /// <param name="port">The server's port.</param>
    /// <param name="timeMax">What an answer may take.</param>
    public GoodClient(int port, TimeSpan timeMax)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Connect(IPAddress.Loopback, port);
        _socket.ReceiveTimeout = (int)timeMax.TotalMilliseconds;
        _thread = new Thread(Run) { IsBackground = true, Name = "good client" };
        _thread.Start();
    }

    /// <summary>What it has seen since this was last called; from now on it counts anew.</summary>
    /// <exception cref="XunitException">It was not answered as it should.</exception>
    public Latencies Take()
    {
        lock (_lock)
        {
            if (_fault is not null)
                throw new XunitException($"A good client was not served after {_latencies}: {_fault.Message}");
            var taken = _latencies;
            _latencies = new Latencies();
            return taken;
        }
    }

    /// <summary>Whether it says the same again and again.</summary>
    public bool HoldsStill
    {
        get => _holdsStill;
        set => _holdsStill = value;
    }

    /// <summary>Requests since <see cref="Take"/>.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _fault is null ? _latencies.Count : int.MaxValue;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Set();
        _thread.Join();
        _socket.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        if (HostileTests.AreLong)
            Scheduling.TryGoFirst();
        try
        {
            for (var time = 1_400_000_000L; !_stopping.Wait(Pause); time += _holdsStill ? 0 : 1)
            {
                var fields = string.Create(CultureInfo.InvariantCulture, $" good +34.068930-118.445127 {time}\n");
                var began = TimeProvider.System.GetTimestamp();
                _socket.Send(Encoding.ASCII.GetBytes($"IAMAT{fields}"));
                var reply = ReceiveLine();
                var latency = TimeProvider.System.GetElapsedTime(began);
                if (!reply.StartsWith("AT ", StringComparison.Ordinal) || !reply.EndsWith(fields, StringComparison.Ordinal))
                    throw new XunitException($"it was told {reply}");
                lock (_lock)
                    _latencies.Add(latency);
            }
        }
        catch (Exception exception) when (exception is SocketException or XunitException)
        {
            lock (_lock)
                _fault = exception;
        }
    }

    private string ReceiveLine()
    {
        var length = 0;
        do
        {
            var read = _socket.Receive(_buffer, length, _buffer.Length - length, SocketFlags.None);
            length += read > 0 ? read : throw new XunitException("the server hung up");
        }
        while (_buffer[length - 1] != (byte)'\n');
        return Encoding.ASCII.GetString(_buffer, 0, length);
    }
}
