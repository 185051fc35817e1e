using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>Servers on a network in memory. Those of the options that the test does not start are its own to play.</summary>
internal sealed class TestHerd
{
    public const string Secret = "a secret";

    private readonly Dictionary<string, TestServer> _servers = [];
    private int _seed;

    /// <param name="links">Pairs such as <c>Alford-Parker</c>.</param>
    public TestHerd(params string[] links)
    {
        foreach (var link in links)
        {
            var (one, other) = (link.Split('-')[0], link.Split('-')[1]);
            OptionsOf(one).Neighbours.Add(other);
            OptionsOf(other).Neighbours.Add(one);
        }

        Assert.Empty(TopologyValidator.FindMistakes(Options));
    }

    public HerdOptions Options { get; } = new();

    public TestTime Time { get; } = new();

    public MemoryNetwork Network { get; } = new();

    public TestServer this[string name] => _servers[name];

    public string HostOf(string name) => Options.Servers[name].Host;

    /// <summary>Starts a server, anew with another boot and what the journal holds if it ran before.</summary>
    public TestServer Start(
        string name, IJournal? journal = null, string secret = Secret, LocationLimits? limits = null, int feedNumbersMax = Feed.NumbersMax,
        HerdActivities? activities = null)
    {
        var server = new TestServer(
            Options, name, Time, journal, Network.DiallerOf(HostOf(name)), secret, limits, seed: ++_seed, feedNumbersMax: feedNumbersMax,
            activities: activities);
        _servers[name] = server;
        Network.Listen(HostOf(name), connection => server.Accept(connection));
        server.StartLinks();
        return server;
    }

    public void StartAll()
    {
        foreach (var name in Options.Servers.Keys)
            Start(name);
    }

    /// <summary>Ends a server as a kill does: its connections are reset, and it dials nobody any more.</summary>
    public async Task KillAsync(string name)
    {
        foreach (var other in Options.Servers.Keys)
            Network.Cut(HostOf(name), HostOf(other));
        Network.Unlisten(HostOf(name));
        await _servers[name].StopLinksAsync().Within("for a killed server's links");
        foreach (var other in Options.Servers.Keys)
            Network.Mend(HostOf(name), HostOf(other));
        _servers.Remove(name);
    }

    /// <summary>Plays a server: the connections that are made to it.</summary>
    public TestPeer Play(string name, Durability durability = Durability.Memory)
    {
        var peer = new TestPeer(this, name) { Durability = durability };
        Network.Listen(HostOf(name), peer.Accept);
        return peer;
    }

    /// <summary>Commits a client's IAMAT at a server.</summary>
    public async Task<string> SayAsync(string server, string iamat)
    {
        var client = _servers[server].Connect();
        await client.SendLine(iamat);
        var line = await client.ReceiveLine();
        await client.SendEnd();
        return line;
    }

    /// <summary>What an IAMAT is answered with if it is read now.</summary>
    public string Line(string server, string client, string position, int time)
    {
        var skew = (Time.GetUtcNow() - DateTimeOffset.UnixEpoch.AddSeconds(time)).Ticks;
        return $"AT {server} {(skew < 0 ? '-' : '+')}{Math.Abs(skew) / 10_000_000}.{Math.Abs(skew) % 10_000_000:d7}00 {client} {position} {time}";
    }

    /// <summary>Moves the clock on until all servers hold the same, and as many clients as said.</summary>
    public Task UntilEqual(int clients) => Advance(
        () => _servers.Values.All(server => server.Herd.Store.Count == clients)
            && _servers.Values.Select(server => server.Herd.Store.Digest).Distinct().Count() == 1,
        () => string.Join("\n", _servers.Select(server =>
            $"{server.Key}: {server.Value.Herd.Store.Count} {string.Join(", ", server.Value.Herd.Links.Report())}")));

    /// <summary>Moves the clock on, a little at a time, until a condition holds.</summary>
    public Task Advance(Func<bool> condition, Func<string>? what = null, double stepSeconds = 0.05) => Deadline.Until(
        () =>
        {
            if (condition())
                return true;
            Time.Advance(TimeSpan.FromSeconds(stepSeconds));
            return false;
        },
        what ?? (() => "for the herd"));

    private ServerOptions OptionsOf(string name)
    {
        if (!Options.Servers.TryGetValue(name, out var options))
        {
            var number = Options.Servers.Count + 1;
            Options.Servers[name] = options = new() { Host = $"10.0.0.{number}", Port = 13_000, HttpPort = 14_000 };
        }

        return options;
    }
}
