using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd;

/// <summary>Updates of one client that share a time, which the original's rule leaves different for ever.</summary>
public sealed class ConvergenceTests
{
    [Fact]
    public async Task Iamat_OneTimeThreePositionsThreeServers_AllEndWithTheSameLine()
    {
        const int Clients = 30;
        string[] servers = ["Bolden", "Hamilton", "Powell"];
        string[] positions = ["+34.068930-118.445127", "+40.689200-074.044500", "-33.856800+151.215300"];
        await using var herd = new ProcessHerd(HerdPlan.Five);
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        var connections = await Task.WhenAll(servers.Select(herd.ConnectAsync));
        var replies = new List<string[]>();
        for (var i = 0; i < Clients; i++)
        {
            var lines = positions.Select(position => $"IAMAT twin-{i} {position} 1400794645.392014450");
            replies.Add(await Task.WhenAll(connections.Zip(lines, (connection, line) => connection.AskAsync(line))));
        }

        await herd.WaitUntilAlikeAsync();

        for (var i = 0; i < Clients; i++)
        {
            var first = (await connections[0].WhatsatAsync($"twin-{i}")).Location!;
            Assert.Contains(first, replies[i]);
            foreach (var name in herd.Names)
                await herd.WaitUntilLocatedAsync(name, $"twin-{i}", first);
        }

        Array.ForEach(connections, connection => connection.Dispose());
        await herd.EndAsync();
    }

    [Fact]
    public async Task Iamat_TwoServersApartWithOneTime_AgreeWhenTheyMeet()
    {
        await using var herd = new ProcessHerd(HerdPlan.Five);
        await herd.StartAsync("Alford", "Bolden", "Hamilton", "Powell");
        using var hamilton = await herd.ConnectAsync("Hamilton");
        using var powell = await herd.ConnectAsync("Powell");
        var first = await hamilton.AskAsync("IAMAT kiwi +34.068930-118.445127 1400794645");
        var second = await powell.AskAsync("IAMAT kiwi +40.689200-074.044500 1400794645");
        Assert.NotEqual(first, second);

        await herd.StartAsync("Parker");

        // Hamilton heard it earlier, so its skew is the smaller one.
        foreach (var name in herd.Names)
            await herd.WaitUntilLocatedAsync(name, "kiwi", first);
        await herd.WaitUntilAlikeAsync();
        await herd.EndAsync();
    }
}
