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
}
