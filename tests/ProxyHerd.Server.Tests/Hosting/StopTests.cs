using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Herd;
using ProxyHerd.Server.Hosting;
using Xunit;

namespace ProxyHerd.Server.Tests.Hosting;

public sealed class StopTests
{
    /// <summary>A server that is asked to stop makes the process stop all of its servers, that one once more.</summary>
    [Fact]
    public async Task StopAsync_Twice_DoesNothingTheSecondTime()
    {
        await using var app = ServerHost.Build(Loaded.From(null, [.. ServerProcess.FreePorts, "--Logs:Path=", "--Journal:Durability=Memory"]), "Alford");
        ServerHost.Prepare(app);
        await app.StartAsync();

        await Eventually.EndAsync("the stop", app.StopAsync());
        await Eventually.EndAsync("the second stop", app.StopAsync());
    }

    [Fact]
    public async Task StopAsync_NeverStarted_DoesNothing()
    {
        await using var app = ServerHost.Build(Loaded.From(null, [.. ServerProcess.FreePorts, "--Logs:Path=", "--Journal:Durability=Memory"]), "Alford");

        await Eventually.EndAsync("the stop", app.StopAsync());
        app.Services.GetRequiredService<HerdServer>().Links.Stop();
        await Eventually.EndAsync("the links", app.Services.GetRequiredService<HerdServer>().Links.RunAsync());
    }
}
