using System.Globalization;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;
using Xunit.Abstractions;

namespace ProxyHerd.EndToEnd;

/// <summary>A server that lost its memory gets it back from whichever neighbour is there.</summary>
public sealed class RestartTests(ITestOutputHelper output)
{
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(2);

    /// <summary>Named are the neighbours of Parker that are up when it comes back.</summary>
    [Theory]
    [InlineData("Alford", "Bolden", "Hamilton")]
    [InlineData("Hamilton")]
    [InlineData("Bolden")]
    public async Task Start_AfterKill_GivesItsOwnLineAgain(params string[] neighboursUp)
    {
        await using var herd = new ProcessHerd(HerdPlan.Five);
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        string line;
        using (var client = await herd.ConnectAsync("Parker"))
            line = await client.AskAsync("IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450");
        foreach (var name in herd.Names)
            await herd.WaitUntilLocatedAsync(name, "kiwi.cs.ucla.edu", line);

        await herd.KillAsync(["Parker", .. herd.NeighboursOf("Parker").Except(neighboursUp)]);
        await herd.StartAsync("Parker");

        var took = await herd.WaitUntilLocatedAsync("Parker", "kiwi.cs.ucla.edu", line, herd.Allow(BackWithin));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The line came {took.TotalMilliseconds:f0} ms after it listened."));
        await herd.EndAsync();
    }

    /// <summary>The neighbours wait long between two dials by now, and are dialled by Parker itself.</summary>
    [Fact]
    public async Task Start_AfterManyKills_StillCatchesUpAtOnce()
    {
        await using var herd = new ProcessHerd(HerdPlan.Five);
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        using var client = await herd.ConnectAsync("Hamilton");
        for (var round = 1; round <= 5; round++)
        {
            await herd.KillAsync("Parker");
            var line = await client.AskAsync($"IAMAT kiwi +34.068930-118.445127 140079464{round}");
            await herd.StartAsync("Parker");

            await herd.WaitUntilLocatedAsync("Parker", "kiwi", line, herd.Allow(BackWithin));
            await herd.WaitUntilLiveAsync();
        }

        await herd.WaitUntilAlikeAsync();
        await herd.EndAsync();
    }

    /// <summary>No time is promised for so many; it is printed.</summary>
    [Fact]
    public async Task Start_AfterKillWithManyClients_HasAllOfThem()
    {
        const int Clients = 30_000;
        await using var herd = new ProcessHerd(HerdPlan.Five);
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        using (var client = await herd.ConnectAsync("Hamilton"))
            await Burst.TellAsync(client, "load", Clients);
        await herd.WaitUntilAlikeAsync();

        await herd.KillAsync("Parker");
        await herd.StartAsync("Parker");

        var took = await herd.WaitUntilAlikeAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Clients} clients: alike {took.TotalMilliseconds:f0} ms after it listened."));
        Assert.Equal(Clients, (await herd.AskAsync("Parker"))!.Locations);
        await herd.EndAsync();
    }

    /// <summary>Whichever servers die and come back, those that stay hold what they have said to their clients.</summary>
    [Fact]
    public async Task Kills_AtRandomWhileClientsMove_LoseNothing()
    {
        const int Rounds = 8;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        await using var herd = new ProcessHerd(HerdPlan.Five);
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        string[] mortal = ["Bolden", "Parker", "Powell"];

        await using var movers = await Movers.StartAsync(herd, ["Alford", "Hamilton"]);
        for (var round = 0; round < Rounds; round++)
        {
            random.Shuffle(mortal);
            var victims = mortal[..random.Next(1, mortal.Length + 1)];
            await herd.KillAsync(victims);
            await movers.MoveOnAsync(random.Next(200));
            await herd.StartAsync(victims);
            await movers.MoveOnAsync(random.Next(200));
        }

        var last = await movers.StopAsync();
        var took = await herd.WaitUntilAlikeAsync();
        Assert.True(took < herd.Allow(BackWithin), $"seed {seed}: alike only after {took}{Environment.NewLine}{herd.Situation()}");
        await last.AssertKnownAtAsync(herd, "Alford");
        await herd.EndAsync();
    }
}
