using System.Text.Json.Nodes;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd;

/// <summary>Who links up with whom, and what a link tells.</summary>
public sealed class LinkTests
{
    private const string Kiwi = "IAMAT kiwi +34.068930-118.445127 1400794645.5";

    [Fact]
    public async Task Start_InAnyOrder_AllLinksBecomeLive()
    {
        var order = HerdPlan.FiveNames;
        Random.Shared.Shuffle(order);
        await using var herd = new ProcessHerd(HerdPlan.Five);
        foreach (var name in order)
            await herd.StartAsync(name);

        await herd.WaitUntilLiveAsync();

        await herd.EndAsync();
    }

    [Fact]
    public async Task Secret_OneServerHasAnother_TheOthersLinkUpAndItNeverDoes()
    {
        var plan = new HerdPlan(HerdPlan.FiveEdges) { HasLinkPorts = true };
        plan.Settings["Secret"] = "known to four";
        await using var herd = new ProcessHerd(plan);
        await herd.StartAsync("Alford", "Bolden", "Hamilton", "Parker");
        await herd.WaitUntilLiveAsync();
        await herd.StartWithAsync("Powell", "--Herd:Secret=another");

        await herd.WaitUntilLoggedAsync("Powell", "WRN Alford does not know our secret");
        await herd.WaitUntilLoggedAsync("Powell", "WRN Bolden does not know our secret");
        await herd.WaitUntilLoggedAsync("Alford", "WRN Powell does not know our secret");
        using var client = await herd.ConnectAsync("Powell");
        await client.AskAsync(Kiwi);
        using var other = await herd.ConnectAsync("Alford");
        var line = await other.AskAsync("IAMAT fig +34.068930-118.445127 1400794645.5");
        await herd.WaitUntilLocatedAsync("Bolden", "fig", line);
        await herd.WaitUntilLocatedAsync("Hamilton", "fig", line);

        Assert.Null((await client.WhatsatAsync("fig")).Location);
        Assert.Null((await other.WhatsatAsync("kiwi")).Location);
        Assert.DoesNotContain(herd.LogOf("Powell"), line => line.Contains(" is up", StringComparison.Ordinal));
        await herd.EndAsync("does not know our secret");
    }

    [Fact]
    public async Task CatchUpOff_NeighbourWasAway_OnlyHearsWhatComesAfter()
    {
        var plan = new HerdPlan("Alford-Bolden");
        plan.Settings["CatchUp"] = JsonValue.Create(false);
        await using var herd = new ProcessHerd(plan);
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        using var client = await herd.ConnectAsync("Alford");
        await herd.WaitUntilLocatedAsync("Bolden", "before", await client.AskAsync("IAMAT before +1+1 1400794645.5"));

        await herd.KillAsync("Bolden");
        await client.AskAsync("IAMAT missed +1+1 1400794645.5");
        await herd.WaitUntilLinkAsync("Alford", "Bolden", "down");
        await herd.StartAsync("Bolden");
        await herd.WaitUntilLiveAsync();
        await herd.WaitUntilLocatedAsync("Bolden", "after", await client.AskAsync("IAMAT after +1+1 1400794645.5"));

        Assert.Equal(1, (await herd.AskAsync("Bolden"))!.Locations);
        await herd.EndAsync();
    }

    /// <summary>
    /// Two of one name would take turns for ever if the older came back at once, and neither would be heard for long.
    /// </summary>
    [Fact]
    public async Task Clone_OfAServer_IsPreferredAndTheOlderKeepsOff()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        await herd.StartAsync("Bolden");
        await herd.StartAsync("Alford");
        await herd.WaitUntilLiveAsync();

        herd.LaunchClone("Alford", "--Herd:Servers:Alford:Port=0", "--Herd:Servers:Alford:HttpPort=0");
        await herd.WaitUntilLoggedAsync("Alford", "does another server run under this name");

        await herd.StaysAsync(
            "Bolden has been linked up with by each of the two once",
            () => herd.LogOf("Bolden").Count(line => line.Contains("Link from Alford is up", StringComparison.Ordinal)) == 2);
        await herd.EndAsync("does another server run under this name");
    }
}
