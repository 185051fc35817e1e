using ProxyHerd.Herd.Topology;

namespace ProxyHerd.Herd.Tests.Topology;

public sealed class TopologyValidatorTests
{
    [Fact]
    public void FindMistakes_AGoodHerd_HasNone()
    {
        var herd = Herd();
        Assert.Empty(TopologyValidator.FindMistakes(herd));
        herd.Servers["Alford"].Port = herd.Servers["Bolden"].Port = 0; // any that is free, twice
        herd.Servers["Parker"].LinkPort = 15_000;
        (herd.Name, herd.Listen, herd.Secret) = ("Parker", "::1", "a secret");
        herd.PlainNeighbours.Add("Bolden");
        Assert.Empty(TopologyValidator.FindMistakes(herd));
        herd.PlainNeighbours.Clear();
        Assert.Empty(TopologyValidator.FindMistakes(SpeakTls(herd)));
        (herd.Tls.Ca, herd.Tls.Certificate, herd.Tls.Key) = ("", null, ""); // as an empty variable of the environment says it
        Assert.Empty(TopologyValidator.FindMistakes(herd));
    }

    [Fact]
    public void FindMistakes_OneServerAlone_HasNone() => Assert.Empty(TopologyValidator.FindMistakes(new()
    {
        Servers = new Dictionary<string, ServerOptions> { ["Alford"] = new() { Port = 0, HttpPort = 0 } },
    }));

    public static TheoryData<Action<HerdOptions>, string> Mistakes => new()
    {
        { herd => herd.Name = "Alfrd", "Herd:Name: 'Alfrd' is not a server of this herd; known: Alford, Bolden, Parker" },
        { herd => herd.Name = "alford", "Herd:Name: 'alford'" },
        { herd => herd.Listen = "localhost", "Herd:Listen: 'localhost' is not an IP address" },
        { herd => herd.PlainNeighbours.Add("Clarc"), "Herd:PlainNeighbours: 'Clarc' is not a server of this herd; known: Alford" },
        { herd => (herd.Secret, herd.SecretFile) = ("a", "b"), "Herd:Secret and Herd:SecretFile: both are set" },
        { herd => herd.Secret = "", "Herd:Secret: is empty" },
        { herd => SpeakTls(herd).Tls.Key = null, "Herd:Tls: Key missing; name the files of Ca, Certificate and Key for links over TLS, or none" },
        { herd => (SpeakTls(herd).Tls.Key, herd.Tls.Ca) = ("", null), "Herd:Tls: Ca and Key missing" },
        { herd => SpeakTls(herd).Servers["Parker"].LinkPort = null, "Herd:Servers:Parker:LinkPort: is missing; with Herd:Tls" },
        { herd => SpeakTls(herd).PlainNeighbours.Add("Parker"), "Herd:PlainNeighbours: servers of the original kind speak no TLS" },
        { herd => Add(herd, "Al ford", "Parker"), "Herd:Servers: 'Al ford' is no server name" },
        { herd => Add(herd, new string('x', 65), "Parker"), "is no server name; one is 1 to 64 bytes" },
        { herd => Add(herd, string.Concat(Enumerable.Repeat("é", 33)), "Parker"), "is no server name" },
        { herd => herd.Servers["Alford"].Port = null, "Herd:Servers:Alford:Port: is missing" },
        { herd => herd.Servers["Alford"].HttpPort = null, "Herd:Servers:Alford:HttpPort: is missing" },
        { herd => herd.Servers["Alford"].Port = 65_536, "Herd:Servers:Alford:Port: 65536 is not a port" },
        { herd => herd.Servers["Alford"].LinkPort = -1, "Herd:Servers:Alford:LinkPort: -1 is not a port" },
        { herd => herd.Servers["Alford"].Host = " ", "Herd:Servers:Alford:Host: is empty" },
        { herd => herd.Servers["Alford"].Neighbours.Add("Alford"), "Herd:Servers:Alford:Neighbours: 'Alford' is its own neighbour" },
        { herd => herd.Servers["Alford"].Neighbours.Add("Clarc"), "Herd:Servers:Alford:Neighbours: 'Clarc' is not a server of this herd; known: Alford, Bolden, Parker" },
        { herd => herd.Servers["Alford"].Neighbours.Add("Bolden"), "Herd:Servers:Alford:Neighbours: 'Bolden' does not name 'Alford' in return; add it to Herd:Servers:Bolden:Neighbours" },
        { herd => herd.Servers["Alford"].Neighbours.Add("Parker"), "Herd:Servers:Alford:Neighbours: 'Parker' stands there 2 times; keep one" },
        { herd => herd.Servers["Alford"].Port = herd.Servers["Bolden"].HttpPort, "127.0.0.1 port 14001 is used 2 times" },
        { herd => herd.Servers["Alford"].LinkPort = herd.Servers["Alford"].Port, "Herd:Servers:Alford:Port, Herd:Servers:Alford:LinkPort: 127.0.0.1 port 13000" },
        { herd => Add(herd, "Clarc"), "the graph is in parts: Alford, Bolden, Parker cannot reach Clarc" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void FindMistakes_OneMistake_NamesTheKeyTheValueAndTheWayOut(Action<HerdOptions> spoil, string expected)
    {
        var herd = Herd();
        spoil(herd);
        Assert.Contains(expected, Assert.Single(TopologyValidator.FindMistakes(herd)), StringComparison.Ordinal);
    }

    [Fact]
    public void FindMistakes_NoServers_SaysSo() => Assert.Single(TopologyValidator.FindMistakes(new HerdOptions()));

    [Fact]
    public void FindMistakes_ManyMistakes_AreListedAtOnce()
    {
        var herd = Herd();
        Add(herd, "Cl arc");
        herd.Name = "Nobody";
        herd.Listen = "";
        herd.Servers["Alford"].Port = null;
        herd.Servers["Alford"].Neighbours.Add("Alford");
        herd.Servers["Bolden"].Neighbours.Add("Nobody");
        herd.Servers["Parker"].HttpPort = 13_001;
        Assert.Equal(8, TopologyValidator.FindMistakes(herd).Count);
    }

    private static HerdOptions Herd()
    {
        var herd = new HerdOptions();
        Add(herd, "Alford", "Parker");
        Add(herd, "Bolden", "Parker");
        herd.Servers["Parker"] = new() { Port = 13_002, HttpPort = 14_002, Neighbours = ["Alford", "Bolden"] };
        return herd;
    }

    private static HerdOptions SpeakTls(HerdOptions herd)
    {
        (herd.Tls.Ca, herd.Tls.Certificate, herd.Tls.Key) = ("ca.pem", "{name}.pem", "{name}.key");
        foreach (var server in herd.Servers.Values)
            server.LinkPort = server.HttpPort + 1000;
        return herd;
    }

    private static void Add(HerdOptions herd, string name, params string[] neighbours)
    {
        var number = herd.Servers.Count;
        herd.Servers[name] = new() { Port = 13_000 + number, HttpPort = 14_000 + number, Neighbours = [.. neighbours] };
        foreach (var neighbour in neighbours)
        {
            if (herd.Servers.TryGetValue(neighbour, out var other))
                other.Neighbours.Add(name);
        }
    }
}
