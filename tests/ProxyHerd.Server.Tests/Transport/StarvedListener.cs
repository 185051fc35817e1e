using System.Net;
using Microsoft.Extensions.Logging;
using ProxyHerd.Server.Transport;

namespace ProxyHerd.Server.Tests.Transport;

/// <summary>A listener whose accepts fail while a test says so. The connections that wait go on to wait.</summary>
internal sealed class StarvedListener(TimeProvider time, ILogger<EpollListener> logger)
    : EpollListener(TransportPair.Bind(), TransportPair.Threads, time, logger)
{
    private int _failures;
    private volatile int _error;

    /// <summary>What every accept fails with; 0 for none.</summary>
    public int Error
    {
        get => _error;
        set => _error = value;
    }

    /// <summary>How many accepts have failed so.</summary>
    public int Failures => Volatile.Read(ref _failures);

    protected override int TryAccept(out int descriptor, out IPEndPoint? peer)
    {
        var error = _error;
        if (error == 0)
            return base.TryAccept(out descriptor, out peer);
        (descriptor, peer) = (-1, null);
        Interlocked.Increment(ref _failures);
        return error;
    }
}
