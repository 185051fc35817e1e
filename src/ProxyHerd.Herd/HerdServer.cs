using System.Buffers.Binary;
using System.IO.Pipelines;
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
using ProxyHerd.Herd.Tracing;
using ProxyHerd.Herd.Upkeep;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd;

/// <summary>One server: its store, commits and feed, how it answers requests, and its links.</summary>
public sealed class HerdServer
{
    private readonly IJournal _journal;
    private readonly ILogger _recoveryLogger;

    /// <param name="settings">What it is to be.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="randomness">Where its boot, nonces and jitter come from.</param>
    /// <param name="journal">Where its commits are kept.</param>
    /// <param name="places">Who knows what is near a position.</param>
    /// <param name="dialler">Makes connections to neighbours.</param>
    /// <param name="hosts">Tells which neighbour a connection may come from.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="activities">What traces it; null for nothing.</param>
    public HerdServer(
        HerdServerSettings settings,
        TimeProvider time,
        IRandomness randomness,
        IJournal journal,
        IPlacesProvider places,
        IConnectionFactory dialler,
        IHostLookup hosts,
        ILoggerFactory loggers,
        HerdActivities? activities = null)
    {
        Span<byte> random = stackalloc byte[16];
        randomness.Fill(random);
        Time = time;
        Randomness = randomness;
        Secret = settings.Secret;
        Activities = activities;
        CatchUp = settings.Herd.CatchUp;
        ConnectionLimits = settings.ConnectionLimits;
        LinkPace = settings.LinkPace;
        Identity = new ServerIdentity(settings.Name, BinaryPrimitives.ReadUInt64LittleEndian(random));
        Mistakes = settings.Mistakes;
        Store = new LocationStore(settings.LocationLimits, time, BinaryPrimitives.ReadInt64LittleEndian(random[8..]), settings.Shards, Mistakes);
        Feed = new Feed(time, settings.FeedNumbersMax);
        Metrics = new HerdMetrics(time);
        _journal = journal;
        _recoveryLogger = loggers.CreateLogger("ProxyHerd.Journal");
        Boots = BootList.After(JournalState.Empty, Identity.Boot, Mistakes);
        Committer = new Committer(Store, Feed, journal, time) { Mistakes = Mistakes };
        Origins = new OriginTags(Mistakes);
        ClockAgreement = new ClockAgreement(time);
        NeighbourAcks = new NeighbourAcks(time, Metrics);
        Keeper = new StoreKeeper(Store, Committer, ClockAgreement, time, loggers.CreateLogger("ProxyHerd.Upkeep"));
        Requests = new RequestHandler(Store, Identity, places, activities);
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

    /// <summary>What makes its updates last.</summary>
    public Committer Committer { get; }

    /// <summary>What removes locations in time.</summary>
    public StoreKeeper Keeper { get; }

    /// <summary>What it counts.</summary>
    public HerdMetrics Metrics { get; }

    internal HerdActivities? Activities { get; }

    internal TimeProvider Time { get; }

    internal IRandomness Randomness { get; }

    internal ReadOnlyMemory<byte> Secret { get; }

    internal bool HasSecret => !Secret.IsEmpty;

    internal bool CatchUp { get; }

    internal ConnectionLimits ConnectionLimits { get; }

    internal TimeSpan LinkPace { get; }

    internal NeighbourAcks NeighbourAcks { get; }

    internal ClockAgreement ClockAgreement { get; }

    internal BootList Boots { get; private set; }

    internal OriginTags Origins { get; }

    internal RequestHandler Requests { get; }

    internal ConnectionLog Log { get; }

    internal LinkLog LinkLog { get; }

    internal ILogger Traffic { get; }

    internal Mistakes Mistakes { get; }

    /// <summary>
    /// Takes over what the journal holds, and enters this start in it. Called once, before there is a connection; it blocks
    /// for as long as the reading takes.
    /// </summary>
    /// <exception cref="IOException">The journal cannot be used; the message says why, and the way out.</exception>
    public void Recover()
    {
        var recovery = new Recovery(Store, _recoveryLogger, Mistakes);
        var state = recovery.Corrected(_journal.Recover(recovery, new CommittedLines(Store, Feed)));
        Feed.Restore(state.LastSequence, Store);
        Committer.Restore(state.Positions);
        Boots = BootList.After(state, Identity.Boot, Mistakes);
        _journal.WriteBoots(Boots.Records);
        recovery.Report(state);
    }

    /// <summary>Completes once the replies of a read may leave.</summary>
    /// <param name="batch">The read.</param>
    /// <param name="scheduler">Where its connection goes on (<see cref="IConnectionScheduler"/>).</param>
    /// <exception cref="IOException">The journal failed: they must not.</exception>
    internal ValueTask MayAnswerAsync(in RequestBatch batch, PipeScheduler? scheduler)
    {
        if (batch.Accepted is not null)
            return WaitUnlessSupersededAsync(Committer.WaitAsync(batch.Commit).AsTask(), batch.Accepted);
        return batch.Acknowledges && Committer.Durability == Durability.DiskAndNeighbour
            ? WaitForNeighbourAsync(batch.Commit)
            : Committer.WaitAsync(batch.Commit, scheduler);
    }

    private async ValueTask WaitUnlessSupersededAsync(Task commit, List<(byte[] ClientId, long Time)> accepted)
    {
        while (!commit.IsCompleted && !accepted.All(IsSuperseded))
            await Task.Delay(TimeSpan.FromMilliseconds(1), Time);
        if (commit.IsCompleted)
            await commit;

        bool IsSuperseded((byte[] ClientId, long Time) update)
        {
            Span<byte> line = stackalloc byte[AtLine.BytesMax];
            return AtLine.TryParse(line[..Store.Find(update.ClientId, line, out _)], out var at) && at.TimeNanoseconds > update.Time;
        }
    }

    private async ValueTask WaitForNeighbourAsync(long commit)
    {
        await Committer.WaitAsync(commit);

        // At least the number of every line that the replies speak of.
        await NeighbourAcks.WaitAsync(Feed.Head);
    }
}
