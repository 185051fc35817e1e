using System.Net;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Fuzz.Mutation;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Places;
using ProxyHerd.Herd.Topology;

namespace ProxyHerd.Fuzz.Sessions;

/// <summary>Alford, a neighbour of Parker and Powell, with a secret that no input can know.</summary>
internal sealed class FuzzedServer : IConnectionFactory, IHostLookup, IPlacesProvider, IRandomness
{
    private static readonly string[] Neighbours = ["Parker", "Powell"];

    private static readonly byte[] NoPlaces = "{}"u8.ToArray();

    private readonly FuzzRandom _random = new(1);

    public FuzzedServer()
    {
        var servers = new Dictionary<string, ServerOptions> { ["Alford"] = new() { Port = 1, HttpPort = 2, Neighbours = Neighbours } };
        foreach (var neighbour in Neighbours)
            servers.Add(neighbour, new ServerOptions { Port = 1, HttpPort = 2, Neighbours = ["Alford"] });
        var settings = new HerdServerSettings
        {
            Name = "Alford",
            Herd = new HerdOptions { Servers = servers },
            Secret = "known to the herd alone"u8.ToArray(),
            Shards = 1,
        };
        Herd = new HerdServer(settings, Time, this, new MemoryJournal(), this, this, this, Log);
    }

    public HerdServer Herd { get; }

    public FuzzTime Time { get; } = new();

    public FuzzLog Log { get; } = new();

    string IPlacesProvider.Name => "None";

    /// <summary>Serves a connection on the caller's thread, as far as what was sent allows.</summary>
    public Task Serve(FuzzConnection connection, ConnectionKind kind) => new LineConnectionHandler(Herd, kind).OnConnectedAsync(connection);

    ValueTask<ConnectionContext> IConnectionFactory.ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Links are not started here.");

    ValueTask<bool> IHostLookup.IsHostOfAsync(string host, EndPoint peer) => ValueTask.FromResult(false);

    ValueTask<ReadOnlyMemory<byte>> IPlacesProvider.SearchAsync(PlacesQuery query, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ReadOnlyMemory<byte>>(NoPlaces);

    void IRandomness.Fill(Span<byte> destination)
    {
        foreach (ref var value in destination)
            value = (byte)_random.Next();
    }
}
