using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Plain;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd;

/// <summary>A server of another make, which knows AT alone, as a neighbour of Bolden; Alford is Bolden's other neighbour.</summary>
public sealed class PlainNeighbourTests
{
    private const int Updates = 200;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Burst_EitherWay_LosesNothing(bool takesOneLine)
    {
        await using var herd = Plan(out var ports);
        using var student = new PlainServer(ports.Lines, herd.PortOf("Bolden"), takesOneLine);
        student.Start();
        await herd.StartAsync();
        await herd.WaitUntilLinkAsync("Bolden", "Student", "plain");

        var told = await TellAsync(herd, "Alford", "down");
        await WaitUntilHasAsync(herd, student, told);

        using (var client = await LineClient.ConnectAsync("Student", ports.Lines, herd.Situation))
        {
            for (var i = 0; i < (takesOneLine ? 0 : Updates); i++)
                await client.AskAsync($"IAMAT up-{i} +34.068930-118.445127 1400794645.5");
        }

        for (var i = 0; i < (takesOneLine ? Updates : 0); i++)
        {
            using var client = await LineClient.ConnectAsync("Student", ports.Lines, herd.Situation);
            await client.AskAsync($"IAMAT up-{i} +34.068930-118.445127 1400794645.5");
        }

        for (var i = 0; i < Updates; i++)
            await herd.WaitUntilLocatedAsync("Alford", $"up-{i}", $"AT Student +0.263873386 up-{i} +34.068930-118.445127 1400794645.5");
        await herd.WaitUntilAlikeAsync();
        Assert.Equal(2 * Updates, (await herd.AskAsync("Bolden"))!.Locations);
        Assert.DoesNotContain(student.Strange, line => line.StartsWith("HERD", StringComparison.Ordinal));
        await herd.EndAsync();
    }

    /// <summary>It comes back with nothing, and is told all: what it missed, what it had been told, and what it had said.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Return_AfterItCouldNotBeDialled_GetsTheWholeStore(bool takesOneLine)
    {
        await using var herd = Plan(out var ports);
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        await herd.StartAsync();
        using (var student = new PlainServer(ports.Lines, herd.PortOf("Bolden"), takesOneLine))
        {
            student.Start();
            using (var client = await LineClient.ConnectAsync("Student", ports.Lines, herd.Situation))
                told.Add("own", await client.AskAsync("IAMAT own +34.068930-118.445127 1400794645.5"));
            await herd.WaitUntilLocatedAsync("Alford", "own", told["own"]);
            foreach (var (id, line) in await TellAsync(herd, "Alford", "before"))
                told.Add(id, line);
            await WaitUntilHasAsync(herd, student, told);
        }

        // One that takes a line a connection is not dialled before there is a line for it.
        foreach (var (id, line) in await TellAsync(herd, "Bolden", "missed"))
            told.Add(id, line);
        await herd.WaitUntilLinkAsync("Bolden", "Student", "down");

        using var newborn = new PlainServer(ports.Lines, herd.PortOf("Bolden"), takesOneLine);
        newborn.Start();
        await WaitUntilHasAsync(herd, newborn, told);
        foreach (var (id, line) in await TellAsync(herd, "Alford", "after"))
            told.Add(id, line);
        await WaitUntilHasAsync(herd, newborn, told);
        await herd.EndAsync();
    }

    /// <summary>It goes while lines are on their way to it; those are not lost for having been written.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Return_AfterItWentInTheMiddleOfABurst_GetsTheWholeStore(bool takesOneLine)
    {
        await using var herd = Plan(out var ports);
        await herd.StartAsync();
        Task<IReadOnlyDictionary<string, string>> telling;
        using (var student = new PlainServer(ports.Lines, herd.PortOf("Bolden"), takesOneLine))
        {
            student.Start();
            await herd.WaitUntilLinkAsync("Bolden", "Student", "plain");
            telling = TellAsync(herd, "Alford", "burst", Updates * 10);
            await herd.HoldsAsync("the burst has begun to arrive", () => Task.FromResult(!student.Locations.IsEmpty));
        }

        await herd.WaitUntilLinkAsync("Bolden", "Student", "down");
        using var newborn = new PlainServer(ports.Lines, herd.PortOf("Bolden"), takesOneLine);
        newborn.Start();
        await WaitUntilHasAsync(herd, newborn, await telling);
        await herd.EndAsync();
    }

    private static ProcessHerd Plan(out ServerPorts ports)
    {
        var plan = new HerdPlan("Alford-Bolden", "Bolden-Student") { Plain = ["Student"] };
        ports = plan.PortsOf("Student");
        return new ProcessHerd(plan);
    }

    private static async Task<IReadOnlyDictionary<string, string>> TellAsync(
        ProcessHerd herd, string server, string name, int count = Updates)
    {
        using var client = await herd.ConnectAsync(server);
        return await Burst.TellAsync(client, name, count);
    }

    private static Task<TimeSpan> WaitUntilHasAsync(ProcessHerd herd, PlainServer student, IReadOnlyDictionary<string, string> told)
    {
        return herd.HoldsAsync($"the plain server has all {told.Count} lines", () => Task.FromResult(told.All(Has)));

        bool Has(KeyValuePair<string, string> line) => student.Locations.TryGetValue(line.Key, out var known) && known == line.Value;
    }
}
