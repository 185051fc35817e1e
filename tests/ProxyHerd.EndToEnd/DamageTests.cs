using System.Globalization;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;
using Xunit.Abstractions;

namespace ProxyHerd.EndToEnd;

/// <summary>A killed server whose journal has lost its end, or has a bit flipped, and the neighbour that has it all.</summary>
public sealed class DamageTests(ITestOutputHelper output)
{
    private const int Clients = 5000;

    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Start_LogWasCut_HasWhatStoodBeforeAndSoonAllOfIt()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden") { Durability = "Disk" });
        var told = await FillThenKillAsync(herd);
        await herd.StopAsync("Bolden");
        using (var log = new FileStream(LastLogOf(herd), FileMode.Open))
            log.SetLength(log.Length / 2);

        await herd.StartAsync("Alford");
        var kept = (await herd.AskAsync("Alford"))!.Locations;
        Assert.InRange(kept, Clients / 4, Clients - 1);
        await AssertHasNothingElseAsync(herd, told);

        await herd.StartAsync("Bolden");
        await AssertBackAsync(herd, told);
        await herd.EndAsync();
    }

    [Fact]
    public async Task Start_BitWasFlipped_RefusesAndComesBackFromTheNeighbour()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden") { Durability = "Disk" });
        var told = await FillThenKillAsync(herd);
        using (var log = new FileStream(LastLogOf(herd), FileMode.Open))
        {
            log.Position = log.Length / 2;
            var flipped = log.ReadByte() ^ 4;
            log.Position--;
            log.WriteByte((byte)flipped);
        }

        Assert.Equal(4, await herd.StartRefusedAsync("Alford"));
        var journal = herd.JournalOf("Alford");
        var wayOut = $"Start again from the neighbours, which send everything that they hold: move the folder away (mv '{journal}' '{journal}.old').";
        var said = Assert.Single(herd.LogOf("Alford"), line => line.StartsWith("stderr: ", StringComparison.Ordinal));
        Assert.StartsWith($"stderr: Alford: the journal in '{journal}' is damaged: ", said, StringComparison.Ordinal);
        Assert.EndsWith(wayOut, said, StringComparison.Ordinal);

        Directory.Move(journal, journal + ".old");
        await herd.StartAsync("Alford");
        await AssertBackAsync(herd, told);
        await herd.EndAsync(wayOut);
    }

    [Fact]
    public async Task Start_FolderIsGone_ComesBackFromTheNeighbour()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden") { Durability = "Disk" });
        var told = await FillThenKillAsync(herd);

        Directory.Delete(herd.JournalOf("Alford"), recursive: true);
        await herd.StartAsync("Alford");

        await AssertBackAsync(herd, told);
        await herd.EndAsync();
    }

    [Fact]
    public async Task Start_NobodyElseIsThere_HasAllThatWasAnswered()
    {
        await using var herd = new ProcessHerd(new HerdPlan("Alford-Bolden") { Durability = "Disk" });
        var told = await FillThenKillAsync(herd);
        await herd.KillAsync("Bolden");

        await herd.StartAsync("Alford");

        Assert.Equal(Clients, (await herd.AskAsync("Alford"))!.Locations);
        await AssertHasNothingElseAsync(herd, told);
        await herd.EndAsync();
    }

    /// <summary>Tells Alford of clients, and kills it once Bolden knows them too.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> FillThenKillAsync(ProcessHerd herd)
    {
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        IReadOnlyDictionary<string, string> told;
        using (var client = await herd.ConnectAsync("Alford"))
            told = await Burst.TellAsync(client, "car", Clients);
        await herd.WaitUntilAlikeAsync();
        await herd.KillAsync("Alford");
        return told;
    }

    private static string LastLogOf(ProcessHerd herd) =>
        Directory.GetFiles(herd.JournalOf("Alford"), "*.log").Max(StringComparer.Ordinal)!;

    /// <summary>Alford says of every client what it was told, or that it does not know it; the latter may be so for fewer than all.</summary>
    private static async Task AssertHasNothingElseAsync(ProcessHerd herd, IReadOnlyDictionary<string, string> told)
    {
        using var client = await herd.ConnectAsync("Alford");
        var unknown = 0;
        foreach (var (id, line) in told)
        {
            var found = (await client.WhatsatAsync(id)).Location;
            if (found is null)
                unknown++;
            else
                Assert.Equal(line, found);
        }

        Assert.Equal((await herd.AskAsync("Alford"))!.Locations, told.Count - unknown);
    }

    private async Task AssertBackAsync(ProcessHerd herd, IReadOnlyDictionary<string, string> told)
    {
        var took = await herd.WaitUntilAlikeAsync(herd.Allow(BackWithin));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Clients} clients: all back {took.TotalMilliseconds:f0} ms after it listened."));
        Assert.Equal(Clients, (await herd.AskAsync("Alford"))!.Locations);
        await AssertHasNothingElseAsync(herd, told);
    }
}
