using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd;

/// <summary>SIGTERM ends a server with exit code 0 before a container engine would lose patience.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task Stop_ClientsAreIdle_AreHungUpOn()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        using var silent = await herd.ConnectAsync("Alford");
        using var idle = await herd.ConnectAsync("Alford");
        await idle.AskAsync("IAMAT kiwi +1+1 1400794645.5");

        await herd.StopAsync("Alford");

        await silent.ReceiveEndAsync();
        await idle.ReceiveEndAsync();
        await herd.EndAsync();
    }

    /// <summary>What the last clients were told is on its way to no disk here: the neighbours have to get it.</summary>
    [Fact]
    public async Task Stop_ClientsMove_NeighboursHaveWhatTheyWereTold()
    {
        const int Rounds = 5;
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        await herd.StartAsync();
        for (var round = 0; round < Rounds; round++)
        {
            await herd.WaitUntilLiveAsync();
            using var client = await herd.ConnectAsync("Alford");
            var telling = Burst.TellUntilClosedAsync(client, $"round-{round}");
            await herd.HoldsAsync("clients move", async () => (await herd.AskAsync("Alford"))!.Locations > 100);
            await herd.StopAsync("Alford");
            var told = await telling;

            using var asker = await herd.ConnectAsync("Bolden");
            foreach (var (id, line) in told)
                Assert.Equal(line, (await asker.WhatsatAsync(id)).Location);
            await herd.StartAsync("Alford");
        }

        await herd.EndAsync();
    }

    [Fact]
    public async Task Stop_NeighbourDoesNotRead_DoesNotWaitForIt()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden"));
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        herd.Pause("Bolden");
        await TellMoreThanTheSystemTakesAsync(herd);

        await herd.StopAsync("Alford");

        herd.Continue("Bolden");
        await herd.EndAsync();
    }

    [Fact]
    public async Task Stop_PlainNeighbourDoesNotRead_DoesNotWaitForIt()
    {
        var plan = new HerdPlan("Alford-Student") { Plain = ["Student"] };
        using var student = new TcpListener(IPAddress.Loopback, plan.PortsOf("Student").Lines);
        student.Start();
        await using var herd = new ProcessHerd(plan);
        await herd.StartAsync();
        await herd.WaitUntilLinkAsync("Alford", "Student", "plain");
        await TellMoreThanTheSystemTakesAsync(herd);

        await herd.StopAsync("Alford");
        await herd.EndAsync();
    }

    private static async Task TellMoreThanTheSystemTakesAsync(ProcessHerd herd)
    {
        const int Clients = 60_000;
        using (var client = await herd.ConnectAsync("Alford"))
            await Burst.TellAsync(client, new string('x', 240), Clients);
        var behind = (await herd.AskAsync("Alford"))!.Links[0].Behind;
        Assert.True(behind > 0, string.Create(CultureInfo.InvariantCulture, $"the system has taken all {Clients} lines for the neighbour"));
    }
}
