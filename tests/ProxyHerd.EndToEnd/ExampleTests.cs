using System.Text.Json;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd;

/// <summary>The example of the original prototype.</summary>
public sealed class ExampleTests
{
    private const string Client = "kiwi.cs.ucla.edu";
    private const string Fields = $"{Client} +34.068930-118.445127 1400794645.392014450";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Example_FiveProcesses_EachGivesTheSameLineAndPlaces(bool hasLinkPorts)
    {
        await using var herd = new ProcessHerd(new HerdPlan(HerdPlan.FiveEdges) { HasLinkPorts = hasLinkPorts });
        await herd.StartAsync();

        await TellAlfordAndAskEveryoneAsync(herd);

        await herd.EndAsync();
    }

    [Fact]
    public async Task Example_OneProcess_EachGivesTheSameLineAndPlaces()
    {
        await using var herd = new ProcessHerd(HerdPlan.Five);
        await herd.StartTogetherAsync();

        await TellAlfordAndAskEveryoneAsync(herd);

        // SIGTERM ends it with exit code 0, which this looks at.
        await herd.EndAsync();
    }

    private static async Task TellAlfordAndAskEveryoneAsync(ProcessHerd herd)
    {
        using var teller = await herd.ConnectAsync("Alford");
        var line = await teller.AskAsync($"IAMAT {Fields}");
        Assert.Matches($@"^AT Alford \+\d+\.\d{{9}} {Client.Replace(".", "\\.", StringComparison.Ordinal)} ", line);
        Assert.EndsWith($" {Fields}", line, StringComparison.Ordinal);

        foreach (var name in herd.Names)
        {
            await herd.WaitUntilLocatedAsync(name, Client, line);
            using var asker = await herd.ConnectAsync(name);
            var (location, json) = await asker.WhatsatAsync(Client, radius: 10, bound: 5);

            Assert.Equal(line, location);
            using var places = JsonDocument.Parse(json);
            Assert.Equal("OK", places.RootElement.GetProperty("status").GetString());
            Assert.Equal(5, places.RootElement.GetProperty("results").GetArrayLength());
            await AssertServesOnAsync(asker);
        }
    }

    /// <summary>What follows a reply is the next request's, and at the end of input the server closes.</summary>
    private static async Task AssertServesOnAsync(LineClient client)
    {
        await client.SendAsync("", "BOGUS  line");
        await client.ReceiveAsync("? BOGUS  line");
        client.HalfClose();
        await client.ReceiveEndAsync();
    }
}
