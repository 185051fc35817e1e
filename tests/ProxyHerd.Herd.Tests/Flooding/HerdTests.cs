using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>Several servers that flood to each other.</summary>
public sealed class HerdTests
{
    private static readonly string[] Five =
        ["Alford-Parker", "Alford-Powell", "Bolden-Parker", "Bolden-Powell", "Hamilton-Parker"];

    [Fact]
    public async Task Updates_AtEveryServer_ReachAll()
    {
        var herd = new TestHerd(Five);
        herd.StartAll();
        var lines = new List<string>();
        foreach (var name in herd.Options.Servers.Keys)
            lines.Add(await herd.SayAsync(name, $"IAMAT {name} +1+1 1400794690"));
        await herd.UntilEqual(5);
        foreach (var name in herd.Options.Servers.Keys)
            Assert.Equal(lines.Order(StringComparer.Ordinal), herd[name].All());
    }

    [Fact]
    public async Task OneTimeAndThreePositions_AtThreeServers_EndAsTheSameLine()
    {
        var herd = new TestHerd(Five);
        herd.StartAll();
        await Task.WhenAll(
            herd.SayAsync("Hamilton", "IAMAT kiwi +1+1 1400794690"),
            herd.SayAsync("Powell", "IAMAT kiwi +2+2 1400794690"),
            herd.SayAsync("Bolden", "IAMAT kiwi +3+3 1400794690"));
        await herd.UntilEqual(1);
        Assert.Single(herd.Options.Servers.Keys.Select(name => Assert.Single(herd[name].All())).Distinct());
    }

    [Fact]
    public async Task CutLink_Mended_SendsOnlyWhatChangedSince()
    {
        var herd = new TestHerd("Alford-Parker");
        herd.StartAll();
        for (var i = 0; i < 300; i++)
            await herd.SayAsync("Alford", $"IAMAT {i} +1+1 1400794690");
        await herd.UntilEqual(300);
        await herd.Advance(() => herd["Alford"].Herd.Links.Report()[0].Acknowledged == 300, () => "for the ACK");
        var before = herd["Parker"].Herd.Metrics.Lines(Verb.At);
        herd.Network.Cut(herd.HostOf("Alford"), herd.HostOf("Parker"));
        for (var i = 0; i < 7; i++)
        {
            await herd.SayAsync("Alford", $"IAMAT {i} +1+1 1400794691");
            await herd.SayAsync("Alford", $"IAMAT {i} +1+1 1400794692");
            await herd.SayAsync("Parker", $"IAMAT p{i} +1+1 1400794691");
        }

        Assert.Equal(300, herd["Alford"].Herd.Store.Count);
        herd.Network.Mend(herd.HostOf("Alford"), herd.HostOf("Parker"));
        await herd.UntilEqual(307);
        Assert.Equal(before + 7, herd["Parker"].Herd.Metrics.Lines(Verb.At)); // each client once, and what it brought not at all
    }

    [Fact]
    public async Task Restarted_WithAnEmptyStore_GetsBackEvenWhatCameFromIt()
    {
        var herd = new TestHerd("Alford-Parker", "Parker-Hamilton");
        herd.StartAll();
        var own = await herd.SayAsync("Parker", "IAMAT parker +1+1 1400794690");
        await herd.SayAsync("Alford", "IAMAT alford +1+1 1400794690");
        await herd.SayAsync("Hamilton", "IAMAT hamilton +1+1 1400794690");
        await herd.UntilEqual(3);
        for (var round = 0; round < 3; round++)
        {
            await herd.KillAsync("Parker");
            herd.Start("Parker");
            await herd.UntilEqual(3);
            Assert.Contains(own, herd["Parker"].All());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task LinksCutAtRandom_WhileClientsMove_LoseNothing(int seed)
    {
        var herd = new TestHerd(Five);
        herd.StartAll();
        var random = new Random(seed);
        var names = herd.Options.Servers.Keys.ToArray();
        var newest = new Dictionary<string, int>();
        for (var step = 0; step < 300; step++)
        {
            var client = $"client{random.Next(40)}";
            newest[client] = 1_400_794_000 + step;
            await herd.SayAsync(names[random.Next(5)], $"IAMAT {client} +1+{random.Next(9)} {newest[client]}");
            var link = Five[random.Next(Five.Length)].Split('-').Select(herd.HostOf).ToArray();
            if (random.Next(10) == 0)
                herd.Network.Cut(link[0], link[1]);
            if (random.Next(5) == 0)
                herd.Network.Mend(link[0], link[1]);
            if (random.Next(3) == 0)
                herd.Time.Advance(TimeSpan.FromMilliseconds(random.Next(500)));
            if (step == 150)
            {
                Heal(herd);
                await herd.UntilEqual(newest.Count);
                var name = names[random.Next(5)];
                await herd.KillAsync(name);
                herd.Start(name);
            }
        }

        Heal(herd);
        await herd.UntilEqual(newest.Count);
        foreach (var name in names)
        {
            Assert.Equal(newest.Count, herd[name].Herd.Store.Count);
            Assert.All(herd[name].All(), line => Assert.Equal($"{newest[line.Split(' ')[3]]}", line.Split(' ')[5]));
        }
    }

    [Fact]
    public async Task CloneOfAServer_IsToldOfByTheOlderSession()
    {
        var herd = new TestHerd("Alford-Parker");
        herd.StartAll();
        await herd.SayAsync("Alford", "IAMAT a +1+1 1400794690");
        await herd.UntilEqual(1);
        var clone = new TestPeer(herd, "Parker").Connect("Alford");
        var hello = $"HERD HELLO 1 Parker Alford {TestPeer.Boot} Memory {TestPeer.Nonce}";
        await clone.SendLine(hello);
        var answer = await clone.ReceiveLine();
        await clone.SendLine($"HERD PROVE {TestPeer.Proof(hello, answer[..answer.LastIndexOf(' ')], "dialler")}");
        await herd.Advance(() => herd["Parker"].Log.Of(126).Any(), () => "for the error");
    }

    private static void Heal(TestHerd herd)
    {
        foreach (var link in Five)
            herd.Network.Mend(herd.HostOf(link.Split('-')[0]), herd.HostOf(link.Split('-')[1]));
    }
}
