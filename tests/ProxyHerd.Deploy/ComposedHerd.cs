using System.Globalization;
using ProxyHerd.EndToEnd.Processes;

namespace ProxyHerd.Deploy;

/// <summary>The five of deploy/compose.yaml, under a project's name of their own, so that whoever has a herd keeps its volumes.</summary>
internal sealed class ComposedHerd : IAsyncDisposable
{
    private const string Project = "proxyherd-check";

    /// <summary>An engine that pulls an image or stops a server takes its time; one that hangs is given up.</summary>
    private static readonly TimeSpan CommandMax = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly string _program;
    private readonly string[] _arguments;

    private ComposedHerd(string program, string[] arguments) => (_program, _arguments) = (program, arguments);

    /// <summary>The servers, by the order of their ports.</summary>
    public static IReadOnlyList<string> Names { get; } = ["Alford", "Bolden", "Hamilton", "Parker", "Powell"];

    /// <summary>A server's port for lines, as published on this machine.</summary>
    public static int PortOf(int server) => 13000 + server;

    /// <summary>Starts the herd from an image that has been built.</summary>
    /// <param name="root">The repository.</param>
    public static async Task<ComposedHerd> StartAsync(string root)
    {
        string[] own = ["-p", Project, "-f", Path.Combine(root, "deploy", "compose.yaml")];
        var herd = await Command.TryAsync(CommandMax, "docker", "compose", "version")
            ? new ComposedHerd("docker", ["compose", .. own])
            : new ComposedHerd("docker-compose", own);

        // What a run left that was itself killed.
        await herd.DisposeAsync();
        try
        {
            await herd.ComposeAsync("up", "-d", "--no-build");
            return herd;
        }
        catch (CheckFailedException)
        {
            await herd.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the engine calls all of them healthy.</summary>
    public async Task WaitUntilHealthyAsync(TimeSpan within)
    {
        var ids = await ListIdsAsync();
        await HoldsAsync("five healthy containers", within, async () =>
        {
            var states = await EngineAsync(["inspect", "-f", "{{.State.Health.Status}}", .. ids]);
            return LinesOf(states).Count(state => state == "healthy") == Names.Count;
        });
    }

    /// <summary>Resident memory of each server's process as the kernel counts it, in millions of bytes, the least first.</summary>
    public async Task<IReadOnlyList<double>> MeasureMemoryAsync()
    {
        var megabytes = new List<double>();
        foreach (var id in await ListIdsAsync())
        {
            // The process of a health check may stand beside it.
            var server = (await EngineAsync(["inspect", "-f", "{{.State.Pid}}", id])).Trim();
            var processes = LinesOf(await EngineAsync(["top", id, "-o", "pid,rss"])).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (processes.FirstOrDefault(fields => fields[0] == server) is not [_, var kibibytes])
                throw new CheckFailedException($"{id} has no process {server}");
            megabytes.Add(double.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024 / 1e6);
        }

        return [.. megabytes.Order()];
    }

    /// <summary>Kills a server.</summary>
    public Task KillAsync(string name) => ComposeAsync("kill", name.ToLowerInvariant());

    /// <summary>Stops a server, as its own grace period says.</summary>
    public Task StopAsync(string name) => ComposeAsync("stop", name.ToLowerInvariant());

    /// <summary>Starts one that was killed or stopped.</summary>
    public Task StartAgainAsync(string name) => ComposeAsync("start", name.ToLowerInvariant());

    /// <summary>Waits until every server has every link of its own up.</summary>
    public static Task WaitUntilLiveAsync(TimeSpan within) => HoldsAsync("all links are live", within, async () =>
        (await AskAllAsync()).All(state => state is not null && state.Links.All(link => link.State == "live")));

    /// <summary>Waits until all hold the same.</summary>
    /// <returns>What they hold.</returns>
    public static async Task<ServerState> WaitUntilAlikeAsync(TimeSpan within)
    {
        ServerState?[] states = [];
        await HoldsAsync("equal digests", within, async () =>
        {
            states = await AskAllAsync();
            return !states.Contains(null) && states.DistinctBy(state => (state!.Digest, state.Locations)).Count() == 1;
        });
        return states[0]!;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await ComposeAsync("down", "-v", "--timeout", "15");

    private static Task<ServerState?[]> AskAllAsync() => Task.WhenAll(Names.Select((_, server) => ServerState.AskAsync(14000 + server)));

    private static async Task HoldsAsync(string what, TimeSpan within, Func<Task<bool>> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > within)
                throw new CheckFailedException($"not within {within}: {what}\n{string.Join('\n', await AskAllAsync())}");
            await Task.Delay(LookEvery, TimeProvider.System);
        }
    }

    private static string[] LinesOf(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<string[]> ListIdsAsync() => LinesOf(await ComposeAsync("ps", "-q"));

    private static Task<string> EngineAsync(string[] arguments) => Command.RunAsync(CommandMax, "docker", arguments);

    private Task<string> ComposeAsync(params string[] arguments) => Command.RunAsync(CommandMax, _program, [.. _arguments, .. arguments]);
}
