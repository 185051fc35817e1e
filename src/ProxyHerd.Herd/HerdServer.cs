using System.Buffers.Binary;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Metrics;
using ProxyHerd.Herd.Places;
using ProxyHerd.Herd.Requests;
using ProxyHerd.Herd.Topology;

namespace ProxyHerd.Herd;

/// <summary>One server: its store, commits and feed, how it answers requests, and its links.</summary>
public sealed class HerdServer
{
    /// <param name="settings">What it is to be.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="randomness">Where its boot, nonces and jitter come from.</param>
    /// <param name="journal">Where its commits are kept.</param>
    /// <param name="places">Who knows what is near a position.</param>
    /// <param name="dialler">Makes connections to neighbours.</param>
    /// <param name="hosts">Tells which neighbour a connection may come from.</param>
    /// <param name="loggers">Where it logs.</param>
    public HerdServer(
        HerdServerSettings settings,
        TimeProvider time,
        IRandomness randomness,
        IJournal journal,
        IPlacesProvider places,
        IConnectionFactory dialler,
        IHostLookup hosts,
        ILoggerFactory loggers)
    {
        Span<byte> random = stackalloc byte[16];
        randomness.Fill(random);
        Time = time;
        Randomness = randomness;
        Secret = settings.Secret;
        CatchUp = settings.Herd.CatchUp;
        ConnectionLimits = settings.ConnectionLimits;
        LinkPace = settings.LinkPace;
        Identity = new ServerIdentity(settings.Name, BinaryPrimitives.ReadUInt64LittleEndian(random));
        Store = new LocationStore(settings.LocationLimits, time, BinaryPrimitives.ReadInt64LittleEndian(random[8..]), settings.Shards);
        Feed = new Feed();
        Committer = new Committer(Store, Feed, journal);
        Requests = new RequestHandler(Store, Identity, places);
        Log = new ConnectionLog(loggers.CreateLogger("ProxyHerd.Connections"));
        LinkLog = new LinkLog(loggers.CreateLogger("ProxyHerd.Flooding"));
        Traffic = loggers.CreateLogger(TrafficLog.Category);
        Links = new Links(this, settings.Herd, dialler, hosts);
    }

    /// <summary>Who it is.</summary>
    public ServerIdentity Identity { get; }

    /// <summary>Every client's latest known location.</summary>
    public LocationStore Store { get; }

    /// <summary>The committed changes in order.</summary>
    public Feed Feed { get; }

    /// <summary>Its links to neighbours.</summary>
    public Links Links { get; }

    /// <summary>What it counts.</summary>
    public HerdMetrics Metrics { get; } = new();

    internal TimeProvider Time { get; }

    internal IRandomness Randomness { get; }

    internal ReadOnlyMemory<byte> Secret { get; }

    internal bool HasSecret => !Secret.IsEmpty;

    internal bool CatchUp { get; }

    internal ConnectionLimits ConnectionLimits { get; }

    internal TimeSpan LinkPace { get; }

    internal Committer Committer { get; }

    internal OriginTags Origins { get; } = new();

    internal RequestHandler Requests { get; }

    internal ConnectionLog Log { get; }

    internal LinkLog LinkLog { get; }

    internal ILogger Traffic { get; }
}
