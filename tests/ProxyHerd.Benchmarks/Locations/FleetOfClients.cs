using System.Text;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Benchmarks.Locations;

/// <summary>A store that knows 100,000 clients, and an IAMAT line of each that can be made newer in place.</summary>
internal sealed class FleetOfClients
{
    /// <summary>Clients of the fleet: more than the processor's caches hold.</summary>
    public const int Clients = 100_000;

    private const long Now = 1_800_000_000 * PosixTime.NanosecondsPerSecond;
    private const int TimeBytes = 20;

    private readonly byte[][] _lines = new byte[Clients][];
    private readonly int[] _order = new int[Clients];
    private readonly byte[] _at = new byte[AtLine.BytesMax];
    private long _time = Now - (1_000_000 * PosixTime.NanosecondsPerSecond);
    private int _next;

    /// <summary>Makes the clients and stores each once.</summary>
    public FleetOfClients()
    {
        var random = new Random(1);
        for (var i = 0; i < Clients; i++)
        {
            var line = $"IAMAT car{i:D6} +34.{random.Next(1_000_000):D6}-118.{random.Next(1_000_000):D6} 1400794645.392014450";
            _lines[i] = Encoding.UTF8.GetBytes(line);
            _order[i] = i;
        }

        random.Shuffle(_order);
        Committer = new Committer(Store, Feed, new MemoryJournal(), TimeProvider.System);
        Renew(Clients);
        for (var i = 0; i < Clients; i++)
            Accept(Next());
        Commit();
    }

    /// <summary>As many shards as a server on one core has, where nobody else wants the lock.</summary>
    public LocationStore Store { get; } = new(new LocationLimits(), TimeProvider.System, hashSeed: 1, shards: 1);

    /// <summary>What is committed.</summary>
    public Feed Feed { get; } = new(TimeProvider.System);

    /// <summary>What commits it.</summary>
    public Committer Committer { get; }

    /// <summary>The next client's line; they come in a shuffled order.</summary>
    public ReadOnlySpan<byte> Next()
    {
        var line = _lines[_order[_next]];
        _next = (_next + 1) % Clients;
        return line;
    }

    /// <summary>Makes the lines of the clients to come newer than what is stored of them.</summary>
    public void Renew(int clients)
    {
        for (var i = 0; i < clients; i++)
        {
            var line = _lines[_order[(_next + i) % Clients]];
            PosixTime.Format(++_time, line.AsSpan(line.Length - TimeBytes));
        }
    }

    /// <summary>The AT line that a server makes of an IAMAT.</summary>
    /// <param name="line">The IAMAT.</param>
    /// <param name="skew">At least <see cref="PosixTime.SkewBytesMax"/> bytes, which the result keeps using.</param>
    public static AtLine AtOf(ReadOnlySpan<byte> line, Span<byte> skew) => IamatLine.TryParse(line, out var iamat)
        ? AtLine.From("Alford"u8, Now - iamat.TimeNanoseconds, iamat, skew)
        : throw new FormatException("The benchmark's own line cannot be parsed.");

    /// <summary>Does with a line what a connection does: parses it, makes the AT line and has the store accept it.</summary>
    /// <returns>The commit to wait for.</returns>
    public long Accept(ReadOnlySpan<byte> line)
    {
        Span<byte> skew = stackalloc byte[PosixTime.SkewBytesMax];
        var at = AtOf(line, skew);
        var length = at.CopyTo(_at);
        var acceptance = Store.AcceptFromClient(at, _at, ref length, Now);
        return acceptance.Outcome == AcceptOutcome.Accepted ? acceptance.Commit : throw new InvalidOperationException(acceptance.Outcome.ToString());
    }

    /// <summary>Commits what was accepted.</summary>
    public void Commit() => Wait(Store.StartedCommits + 1);

    /// <summary>Waits for a commit; with a journal in memory it is run here and now.</summary>
    public void Wait(long commit)
    {
        var wait = Committer.WaitAsync(commit);
        if (!wait.IsCompletedSuccessfully)
            throw new InvalidOperationException("A commit to memory did not complete at once.");
    }
}
