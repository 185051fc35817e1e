using System.Net;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Tests.Connections;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Herd.Tests;

/// <summary>One server of a herd, reached over connections in memory.</summary>
internal sealed class TestServer : IHostLookup
{
    private readonly List<Task> _handlers = [];
    private Task _links = Task.CompletedTask;

    public TestServer(
        HerdOptions? herd = null,
        string name = "Alford",
        TestTime? time = null,
        IJournal? journal = null,
        IConnectionFactory? dialler = null,
        string secret = "",
        LocationLimits? limits = null,
        int seed = 1,
        bool hasTraffic = false,
        int feedNumbersMax = Feed.NumbersMax,
        HerdActivities? activities = null)
    {
        Time = time ?? new TestTime();
        Log = new RecordedLog(hasTraffic);
        var settings = new HerdServerSettings
        {
            Name = name,
            Herd = herd ?? Alone(name),
            Secret = Bytes.Of(secret),
            LocationLimits = limits ?? new LocationLimits(),
            Shards = 2,
            LinkPace = TimeSpan.Zero,
            FeedNumbersMax = feedNumbersMax,
        };
        Herd = new HerdServer(
            settings, Time, new SeededRandomness(seed), journal ?? new MemoryJournal(), Places, dialler ?? new NobodyThere(), this, Log, activities);
        Herd.Recover();
    }

    public HerdServer Herd { get; }

    public TestTime Time { get; }

    public RecordedLog Log { get; }

    public TestPlaces Places { get; } = new();

    public string Boot => $"{Herd.Identity.Boot:x16}";

    /// <summary>A client, or whoever else connects.</summary>
    public Transcript Connect(ConnectionKind kind = ConnectionKind.All, string address = "127.0.0.1", int unreadBytesMax = 256 << 10)
    {
        var (dialled, accepted) = MemoryConnection.Pair(ConnectionLimits.UnreadBytesMax, unreadBytesMax);
        accepted.RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 50_000);
        Accept(accepted, kind);
        return new Transcript(dialled);
    }

    /// <summary>Serves a connection as a host does: what was written goes out, then both ways close.</summary>
    public Task Accept(MemoryConnection connection, ConnectionKind kind = ConnectionKind.All)
    {
        var handler = ServeAsync();
        lock (_handlers)
            _handlers.Add(handler);
        return handler;

        async Task ServeAsync()
        {
            await Task.Yield();
            await new LineConnectionHandler(Herd, kind).OnConnectedAsync(connection);
            await connection.DisposeAsync();
        }
    }

    /// <summary>Waits until every connection's handler has ended, and gives on what they threw.</summary>
    public Task HandlersEnd()
    {
        lock (_handlers)
            return Task.WhenAll(_handlers).Within("for the handlers to end");
    }

    /// <summary>All committed lines, sorted.</summary>
    public List<string> All()
    {
        var buffer = new byte[1 << 16];
        var lines = new List<string>();
        for (var place = default(ScanPlace); !place.IsAtEnd;)
        {
            var length = Herd.Store.Scan(ref place, new ScanFilter(0, 0), buffer, out _);
            lines.AddRange(Bytes.Text(buffer.AsSpan(0, length)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }

    public ValueTask<bool> IsHostOfAsync(string host, EndPoint peer) =>
        ValueTask.FromResult(peer is IPEndPoint { Address: var address } && address.ToString() == host);

    private static HerdOptions Alone(string name) => new()
    {
        Servers = new Dictionary<string, ServerOptions> { [name] = new() { Port = 1, HttpPort = 2 } },
    };

    /// <summary>Begins to dial the neighbours.</summary>
    public void StartLinks() => _links = Herd.Links.RunAsync();

    /// <summary>Stops the links, and waits until they have.</summary>
    public Task StopLinksAsync()
    {
        Herd.Links.Stop();
        return _links;
    }

    private sealed class NobodyThere : IConnectionFactory
    {
        public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            throw new IOException("Connection refused");
    }
}
