using System.Net;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Topology;

namespace ProxyHerd.Herd.Flooding;

/// <summary>All of a server's links: those it dials, and those that neighbours have dialled.</summary>
public sealed class Links
{
    private readonly HerdServer _server;
    private readonly IHostLookup _hosts;
    private readonly Dictionary<string, ILink> _links = new(StringComparer.Ordinal);
    private readonly List<PlainLink> _plain = [];
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ListenerSession> _listening = new(StringComparer.Ordinal);
    private Task _running = Task.CompletedTask;
    private bool _isStopping;

    internal Links(HerdServer server, HerdOptions options, IConnectionFactory dialler, IHostLookup hosts)
    {
        _server = server;
        _hosts = hosts;
        var own = options.Servers[server.Identity.Name];
        NeighbourNames = own.Neighbours.Count == 0 ? "none" : string.Join(", ", own.Neighbours);
        foreach (var neighbour in own.Neighbours)
        {
            var theirs = options.Servers[neighbour];
            if (!options.PlainNeighbours.Contains(neighbour))
            {
                _links.Add(neighbour, new Link(server, dialler, neighbour, theirs));
                continue;
            }

            var plain = new PlainLink(server, dialler, neighbour, theirs);
            _plain.Add(plain);
            _links.Add(neighbour, plain);
        }
    }

    internal string NeighbourNames { get; }

    /// <summary>How every link stands.</summary>
    public IReadOnlyList<LinkReport> Report() => [.. _links.Values.Select(link => link.Report())];

    /// <summary>Begins to dial the neighbours. It does not wait for them.</summary>
    public void Start() => _running = Task.WhenAll(_links.Values.Select(link => link.RunAsync()));

    /// <summary>Says BYE to the neighbours and hangs up. It waits until that is done; a second call only waits.</summary>
    public async Task StopAsync()
    {
        var isFirst = !Interlocked.Exchange(ref _isStopping, true);
        if (isFirst)
        {
            foreach (var link in _links.Values)
                link.Stop();
        }

        await _running;
        if (isFirst)
        {
            foreach (var link in _links.Values)
                link.Dispose();
        }
    }

    /// <summary>Serves a connection whose next line is a HELLO.</summary>
    internal async Task ListenAsync(ConnectionContext connection, CancellationToken stopping)
    {
        using var session = new ListenerSession(_server, connection, connection.RemoteEndPoint?.ToString() ?? connection.ConnectionId);
        using var stops = stopping.Register(() => session.EndWith(ByeReasons.Stopping));
        await session.RunAsync();
    }

    /// <summary>Which run of which plain neighbour speaks from an address: null if none, 0 if it can't be told.</summary>
    internal async ValueTask<int?> PlainOriginOfAsync(EndPoint? peer)
    {
        if (_plain.Count == 0 || peer is null)
            return null;
        int? origin = null;
        foreach (var link in _plain)
        {
            if (await _hosts.IsHostOfAsync(link.Host, peer))
                origin = origin is null ? link.Origin : 0;
        }

        return origin;
    }

    internal bool IsHerdNeighbour(string name) => _links.TryGetValue(name, out var link) && link is Link;

    /// <summary>A neighbour has proved itself: an older session of it ends, and our own link to it is dialled now.</summary>
    internal void Enter(string neighbour, ListenerSession session)
    {
        ListenerSession? older;
        lock (_lock)
        {
            _listening.TryGetValue(neighbour, out older);
            _listening[neighbour] = session;
        }

        older?.EndWith(ByeReasons.Replaced);
        _links[neighbour].Redial();
    }

    internal void Leave(string neighbour, ListenerSession session)
    {
        lock (_lock)
        {
            if (_listening.TryGetValue(neighbour, out var current) && current == session)
                _listening.Remove(neighbour);
        }
    }
}
