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
        var ids = (await ComposeAsync("ps", "-q")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await HoldsAsync("five healthy containers", within, async () =>
        {
            var states = await EngineAsync(["inspect", "-f", "{{.State.Health.Status}}", .. ids]);
            return states.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(state => state == "healthy") == Names.Count;
        });
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

    private static Task<string> EngineAsync(string[] arguments) => Command.RunAsync(CommandMax, "docker", arguments);

    private Task<string> ComposeAsync(params string[] arguments) => Command.RunAsync(CommandMax, _program, [.. _arguments, .. arguments]);
}
