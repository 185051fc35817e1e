using System.Globalization;
using System.Text;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd;

/// <summary>A link that is cut while both of its ends keep their memory.</summary>
public sealed class CutTests
{
    private const int Clients = 500;

    [Fact]
    public async Task Cut_BetweenLines_IsFollowedByWhatWasMissedAlone()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        using var relay = await StartWithRelayAsync(herd);
        using var client = await herd.ConnectAsync("Alford");
        await Burst.TellAsync(client, "before", Clients);
        await herd.HoldsAsync("Bolden has acknowledged all", async () => (await herd.AskAsync("Alford"))!.Links[0].Acknowledged == Clients);

        relay.Cut();
        await Burst.TellAsync(client, "missed", Clients);
        relay.Mend();

        await herd.WaitUntilAlikeAsync();
        var again = string.Create(CultureInfo.InvariantCulture, $"Link to Bolden is up, from {Clients} of {2 * Clients}");
        await herd.WaitUntilLoggedAsync("Alford", again);
        await herd.EndAsync();
    }

    /// <summary>
    /// The piece of a line that arrived reads like a line: the same time, less a zero at its end. Taken for one, it would
    /// win against the line itself by its bytes, and Alford, from which it came, would never be told.
    /// </summary>
    [Fact]
    public async Task Cut_InTheMiddleOfALine_TheLineIsTakenWhole()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        using var relay = await StartWithRelayAsync(herd);
        using var client = await herd.ConnectAsync("Alford");

        relay.CutBehind(Encoding.Latin1.GetBytes("+34.068930-118.445127 1400794645.39201445"));
        var line = await client.AskAsync("IAMAT kiwi +34.068930-118.445127 1400794645.392014450");

        await herd.WaitUntilLocatedAsync("Bolden", "kiwi", line);
        await herd.WaitUntilAlikeAsync();
        await herd.EndAsync();
    }

    [Fact]
    public async Task Cut_AgainAndAgainDuringBursts_LosesNothing()
    {
        // Each cut doubles the wait before the next dial.
        const int Rounds = 5;
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        using var relay = await StartWithRelayAsync(herd);
        using var client = await herd.ConnectAsync("Alford");
        for (var round = 0; round < Rounds; round++)
        {
            var telling = Burst.TellAsync(client, "client", Clients, 1400794645 + round);
            await herd.HoldsAsync("the link is up", async () => (await herd.AskAsync("Alford"))!.Links[0].State is "live" or "catching-up");
            relay.Cut();
            relay.Mend();
            await telling;
        }

        await herd.WaitUntilAlikeAsync();
        Assert.Equal(Clients, (await herd.AskAsync("Bolden"))!.Locations);
        await herd.EndAsync();
    }

    /// <summary>Alford dials Bolden through a relay; Bolden dials Alford as it is.</summary>
    private static async Task<Relay> StartWithRelayAsync(ProcessHerd herd)
    {
        var relay = new Relay(herd.PortOf("Bolden"));
        await herd.StartAsync("Bolden");
        await herd.StartWithAsync("Alford", string.Create(CultureInfo.InvariantCulture, $"--Herd:Servers:Bolden:Port={relay.Port}"));
        await herd.WaitUntilLiveAsync();
        return relay;
    }
}
