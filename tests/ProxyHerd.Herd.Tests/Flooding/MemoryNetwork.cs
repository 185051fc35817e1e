using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Tests.Connections;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>Where servers listen and dial each other, in memory. Every server has an address of its own.</summary>
internal sealed class MemoryNetwork
{
    private readonly ConcurrentDictionary<string, Action<MemoryConnection>> _listeners = new();
    private readonly ConcurrentDictionary<(string From, string To), bool> _cut = new();
    private readonly ConcurrentQueue<(string From, string To, MemoryConnection Dialled)> _connections = new();

    /// <summary>Tries to connect so far, by who dials whom.</summary>
    public ConcurrentQueue<(string From, string To)> Dials { get; } = new();

    public void Listen(string host, Action<MemoryConnection> accept) => _listeners[host] = accept;

    /// <summary>Nobody listens any more, and every connection of that host is reset.</summary>
    public void Unlisten(string host)
    {
        _listeners.TryRemove(host, out _);
        Reset((from, to) => from == host || to == host);
    }

    /// <summary>Two hosts cannot reach each other, and their connections are reset.</summary>
    public void Cut(string one, string other)
    {
        _cut[(one, other)] = _cut[(other, one)] = true;
        Reset((from, to) => (from, to) == (one, other) || (from, to) == (other, one));
    }

    public void Mend(string one, string other) => _cut[(one, other)] = _cut[(other, one)] = false;

    public IConnectionFactory DiallerOf(string host) => new Dialler(this, host);

    private void Reset(Func<string, string, bool> isMeant)
    {
        foreach (var (from, to, dialled) in _connections)
        {
            if (isMeant(from, to))
                dialled.Abort();
        }
    }

    private sealed class Dialler(MemoryNetwork network, string from) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var to = ((DnsEndPoint)endpoint).Host;
            network.Dials.Enqueue((from, to));
            await Task.Yield();
            if (network._cut.GetValueOrDefault((from, to)) || !network._listeners.TryGetValue(to, out var accept))
                throw new IOException("Connection refused");
            var (dialled, accepted) = MemoryConnection.Pair();
            accepted.RemoteEndPoint = new IPEndPoint(IPAddress.Parse(from), 50_000);
            network._connections.Enqueue((from, to, dialled));
            accept(accepted);
            return dialled;
        }
    }
}
