using System.Globalization;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd;

/// <summary>A location is forgotten by its client's time.</summary>
public sealed class ExpiryTests
{
    /// <summary>Before it listens, a server forgets what has expired since it stopped.</summary>
    [Fact]
    public async Task Start_WithExpiry_ShowsNothingThatHasExpired()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden") { Durability = "Disk" });
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await herd.StartAsync("Alford");
        using (var client = await herd.ConnectAsync("Alford"))
        {
            await client.AskAsync(string.Create(CultureInfo.InvariantCulture, $"IAMAT old +1+1 {now - 7200}"));
            await client.AskAsync(string.Create(CultureInfo.InvariantCulture, $"IAMAT new +1+1 {now}"));
        }

        await herd.KillAsync("Alford");
        await herd.StartWithAsync("Alford", "--Expiry:After=01:00:00");

        Assert.Equal(1, (await herd.AskAsync("Alford"))?.Locations);
        using (var client = await herd.ConnectAsync("Alford"))
        {
            Assert.Equal("? WHATSAT old 10 0", await client.AskAsync("WHATSAT old 10 0"));
            Assert.StartsWith("AT Alford ", await client.AskAsync("WHATSAT new 10 0"), StringComparison.Ordinal);
        }

        await herd.EndAsync();
    }
}
