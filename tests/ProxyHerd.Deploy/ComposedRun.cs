using System.Globalization;
using ProxyHerd.EndToEnd.Chaos;

namespace ProxyHerd.Deploy;

/// <summary>
/// The image is built, the composed herd started, one server killed under load and all restarted in turn. Whatever was answered is
/// known to all in the end.
/// </summary>
internal static class ComposedRun
{
    private const int Roamers = 40;

    private static readonly TimeSpan BuildMax = TimeSpan.FromMinutes(15);

    /// <summary>Generous, for a machine that is busy; what it took is printed.</summary>
    private static readonly TimeSpan HealthyMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LiveMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AlikeMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(5);

    /// <summary>100 is what a server may take that nobody uses; how much of a file is mapped at once differs from kernel to kernel.</summary>
    private const double IdleMegabytesMax = 110;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Runs it.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        var root = Repository.FindRoot();
        await TimeAsync(output, "image built", () => BuildAsync(root));
        var began = TimeProvider.System.GetTimestamp();
        await using var herd = await ComposedHerd.StartAsync(root);
        await herd.WaitUntilHealthyAsync(HealthyMax);
        Say(output, "five healthy containers", began);
        await AskAsync();
        await output.WriteLineAsync("IAMAT at Alford, WHATSAT at Powell: the same AT line");
        await TimeAsync(output, "all links live", () => ComposedHerd.WaitUntilLiveAsync(LiveMax));
        await CheckMemoryAsync(herd, output);

        var waits = new Waits();
        List<Roamer> roamers = [.. Enumerable.Range(0, Roamers).Select(number => new Roamer(number, waits))];
        using var stopping = new CancellationTokenSource();
        var running = Task.WhenAll(roamers.Select(roamer => roamer.RunAsync(stopping.Token)));
        await WaitAsync();
        await KillAsync(herd, waits, output);
        await RestartInTurnAsync(herd, waits, output);
        await stopping.CancelAsync();
        await running;

        await TimeAsync(output, "equal digests after the last answer", () => ComposedHerd.WaitUntilAlikeAsync(AlikeMax));
        foreach (var line in waits.Describe())
            await output.WriteLineAsync(line);
        var known = 0;
        for (var server = 0; server < ComposedHerd.Names.Count; server++)
            known += await CountKnownAsync(server, roamers);
        await output.WriteLineAsync($"nothing lost: {known} answers asked for again, {known / ComposedHerd.Names.Count} at each of five servers");
        if (waits.Max() > WaitMax)
            throw new CheckFailedException($"a client waited for {waits.Max()}");
    }

    /// <summary>A build restores packages, and not every engine's containers reach a network of their own.</summary>
    private static async Task BuildAsync(string root) => await Command.RunAsync(BuildMax, "docker", "build", "--network", "host", "-t", "proxyherd", root);

    private static async Task AskAsync()
    {
        using var alford = await LinePipe.TryConnectAsync(ComposedHerd.PortOf(0)) ?? throw new CheckFailedException("Alford does not listen");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await alford.SendAsync(string.Create(CultureInfo.InvariantCulture, $"IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 {now}\n"));
        var told = await alford.ReceiveAsync();
        await ComposedHerd.WaitUntilAlikeAsync(AlikeMax);
        using var powell = await LinePipe.TryConnectAsync(ComposedHerd.PortOf(4)) ?? throw new CheckFailedException("Powell does not listen");
        await powell.SendAsync("WHATSAT kiwi.cs.ucla.edu 10 5\n");
        if (await powell.ReceiveAsync() is var heard && heard != told)
            throw new CheckFailedException($"Alford said {told}, and Powell {heard}");
    }

    private static async Task CheckMemoryAsync(ComposedHerd herd, TextWriter output)
    {
        await WaitAsync();
        var megabytes = await herd.MeasureMemoryAsync();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"resident memory of the five without load: {megabytes[0]:f1} to {megabytes[^1]:f1} MB"));
        if (megabytes[^1] > IdleMegabytesMax)
            throw new CheckFailedException($"a server without load takes more than {IdleMegabytesMax} MB");
    }

    private static async Task KillAsync(ComposedHerd herd, Waits waits, TextWriter output)
    {
        waits.Phase = "Parker is killed and comes back";
        await herd.KillAsync("Parker");
        await WaitAsync();
        await TimeAsync(output, "Parker killed and started again, all links live", async () =>
        {
            await herd.StartAgainAsync("Parker");
            await ComposedHerd.WaitUntilLiveAsync(LiveMax);
        });
        await WaitAsync();
    }

    private static async Task RestartInTurnAsync(ComposedHerd herd, Waits waits, TextWriter output)
    {
        waits.Phase = "servers are stopped and started in turn";
        foreach (var name in ComposedHerd.Names)
        {
            await TimeAsync(output, $"{name} stopped", () => herd.StopAsync(name));
            await herd.StartAgainAsync(name);
            await ComposedHerd.WaitUntilLiveAsync(LiveMax);
        }
    }

    /// <summary>A server knows of every vehicle what was last answered. The server and skew of the line may be those of an earlier try.</summary>
    private static async Task<int> CountKnownAsync(int server, IEnumerable<Roamer> roamers)
    {
        using var pipe = await LinePipe.TryConnectAsync(ComposedHerd.PortOf(server))
            ?? throw new CheckFailedException($"{ComposedHerd.Names[server]} does not listen");
        var known = 0;
        foreach (var (id, fields) in roamers.SelectMany(roamer => roamer.Answered))
        {
            await pipe.SendAsync($"WHATSAT {id} 1 0\n");
            var line = await pipe.ReceiveAsync();
            if (!line.StartsWith("AT ", StringComparison.Ordinal) || !line.EndsWith($" {fields}", StringComparison.Ordinal))
                throw new CheckFailedException($"{ComposedHerd.Names[server]} says of {id}: {line}, and IAMAT {fields} was answered last");
            while ((await pipe.ReceiveAsync()).Length > 0)
            {
            }

            known++;
        }

        return known;
    }

    private static async Task TimeAsync(TextWriter output, string what, Func<Task> work)
    {
        var began = TimeProvider.System.GetTimestamp();
        await work();
        Say(output, what, began);
    }

    private static void Say(TextWriter output, string what, long began) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {TimeProvider.System.GetElapsedTime(began).TotalSeconds:f1} s"));

    private static Task WaitAsync() => Task.Delay(Pause, TimeProvider.System);
}
