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
    private bool _isStopped;

    internal Links(HerdServer server, HerdOptions options, IConnectionFactory dialler, IHostLookup hosts)
    {
        _server = server;
        _hosts = hosts;
        var own = options.Servers[server.Identity.Name];
        NeighbourNames = own.Neighbours.Count == 0 ? "none" : string.Join(", ", own.Neighbours);
        foreach (var neighbour in own.Neighbours)
        {
            server.Metrics.Links.Add(neighbour);
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

    /// <summary>Keeps the links to all neighbours until <see cref="Stop"/>. A fault in one stops them all, and comes out here.</summary>
    public async Task RunAsync()
    {
        var all = _links.Values.Select(link => link.RunAsync()).ToList();
        try
        {
            for (var running = all.ToList(); running.Count > 0;)
            {
                var ended = await Task.WhenAny(running);
                running.Remove(ended);
                if (ended.IsFaulted)
                    Stop();
            }

            await Task.WhenAll(all);
        }
        finally
        {
            foreach (var link in _links.Values)
                link.Dispose();
        }
    }

    /// <summary>
    /// Has the links send what is left for the neighbours, say BYE and hang up. <see cref="RunAsync"/> completes when that is
    /// done, which takes <see cref="LinkTimes.StopMax"/> and a little at the most. Due when no client is answered any more,
    /// so that neighbours get all that clients were told.
    /// </summary>
    public void Stop()
    {
        if (Interlocked.Exchange(ref _isStopped, true))
            return;
        foreach (var link in _links.Values)
            link.Stop();
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
