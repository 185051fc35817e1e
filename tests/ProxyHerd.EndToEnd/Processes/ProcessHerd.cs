using System.Net.Sockets;
using ProxyHerd.EndToEnd.Lines;
using Xunit;
using Xunit.Sdk;

namespace ProxyHerd.EndToEnd.Processes;

/// <summary>Servers as processes of their own, with ports and a folder that are theirs alone.</summary>
internal sealed class ProcessHerd : IAsyncDisposable
{
    /// <summary>The process that runs all servers, if one does.</summary>
    private const string Together = "(all)";

    /// <summary>What a server may take to stop: less than the ten seconds after which container engines kill.</summary>
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(9);

    /// <summary>Longer than anything else, since a start is much work for a processor that is shared.</summary>
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    /// <summary>What a server that starts alone takes at the most until it listens, on a machine that does little else.</summary>
    private static readonly TimeSpan UsualStart = TimeSpan.FromMilliseconds(750);

    private readonly HerdPlan _plan;
    private readonly string _folder;
    private readonly string _configurationFile;
    private readonly Dictionary<string, ServerProcess> _running = new(StringComparer.Ordinal);
    private readonly List<ServerProcess> _all = [];
    private double _slowness = 1;

    /// <param name="plan">Who is in it; the herd's from now on.</param>
    public ProcessHerd(HerdPlan plan)
    {
        _plan = plan;
        _folder = Directory.CreateDirectory(Path.Combine(Reaper.Instance.Folder, Path.GetRandomFileName())).FullName;
        _configurationFile = Path.Combine(_folder, "herd.json");
        plan.Write(_configurationFile);
        Names = [.. plan.Names.Except(plan.Plain, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The servers that are processes.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>A server's journal.</summary>
    public string JournalOf(string name) => Path.Combine(_folder, "data", name);

    /// <summary>Where the servers run; relative paths of their settings start here.</summary>
    public string Folder => _folder;

    /// <summary>The process of a server that runs.</summary>
    public ServerProcess ProcessOf(string name) => _running[name];

    /// <summary>A server's port for HTTP.</summary>
    public int HttpPortOf(string name) => _plan.PortsOf(name).Http;

    /// <summary>A server's port for lines.</summary>
    public int PortOf(string name) => _plan.PortsOf(name).Lines;

    /// <summary>A server's neighbours.</summary>
    public IReadOnlyList<string> NeighboursOf(string name) => _plan.NeighboursOf(name);

    /// <summary>Starts servers and waits until they listen; all of them, each a process, if none is named.</summary>
    public async Task StartAsync(params string[] names)
    {
        var began = TimeProvider.System.GetTimestamp();
        names = names.Length == 0 ? [.. Names] : names;
        foreach (var name in names)
            Enter(ServerProcess.Start(name, _folder, [name, "--config", _configurationFile]));
        foreach (var name in names)
            await WaitUntilListeningAsync(name);
        _slowness = Math.Max(1, TimeProvider.System.GetElapsedTime(began) / UsualStart / names.Length);
    }

    /// <summary>Starts all servers in one process.</summary>
    public async Task StartTogetherAsync()
    {
        Enter(ServerProcess.Start(Together, _folder, ["--config", _configurationFile]));
        foreach (var name in Names)
            await WaitUntilListeningAsync(name);
    }

    /// <summary>Starts a server with settings of its own, such as <c>--Herd:Secret=other</c>.</summary>
    public Task StartWithAsync(string name, params string[] settings)
    {
        Enter(ServerProcess.Start(name, _folder, [name, "--config", _configurationFile, .. settings]));
        return WaitUntilListeningAsync(name);
    }

    /// <summary>Starts a server that refuses to start.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StartRefusedAsync(string name)
    {
        var process = ServerProcess.Start(name, _folder, [name, "--config", _configurationFile]);
        _all.Add(process);
        return process.EndAsync(Condition.Deadline);
    }

    /// <summary>Starts a second server under the name of one that runs, and does not wait for it.</summary>
    public void LaunchClone(string name, params string[] settings) =>
        Enter(ServerProcess.Start($"{name} (clone)", _folder, [name, "--config", _configurationFile, .. settings]));

    /// <summary>Kills servers (<c>kill -9</c>).</summary>
    public async Task KillAsync(params string[] names)
    {
        foreach (var name in names)
        {
            _running.Remove(name, out var process);
            await process!.KillAsync();
        }
    }

    /// <summary>Freezes a server, which keeps its memory and its connections but says nothing.</summary>
    public void Pause(string name) => _running[name].Signal(Signals.Pause);

    /// <summary>Lets it go on.</summary>
    public void Continue(string name) => _running[name].Signal(Signals.Continue);

    /// <summary>Asks a server to stop (SIGTERM), which it does in time and with exit code 0.</summary>
    public async Task StopAsync(string name)
    {
        _running.Remove(name, out var process);
        Assert.Equal(0, await process!.StopAsync(StopMax));
    }

    /// <summary>Ends a test: all servers stop as they should, and none has logged a warning or an error.</summary>
    /// <param name="expectedComplaints">Pieces of the warnings and errors that the test is about.</param>
    public async Task EndAsync(params string[] expectedComplaints)
    {
        await Task.WhenAll(_running.Keys.ToList().Select(StopAsync));
        var complaints = Complaints().Where(line => !expectedComplaints.Any(line.Contains)).ToList();
        if (complaints.Count > 0)
            throw new XunitException($"Nobody should have complained:\n{string.Join('\n', complaints)}");
    }

    /// <summary>Connects a client.</summary>
    public Task<LineClient> ConnectAsync(string name) => LineClient.ConnectAsync(name, PortOf(name), Situation);

    /// <summary>What a server says of itself; null if it does not answer.</summary>
    public Task<ServerState?> AskAsync(string name) => ServerState.AskAsync(_plan.PortsOf(name).Http);

    /// <summary>What a server has logged, in all its runs.</summary>
    public IEnumerable<string> LogOf(string name) => _all.Where(process => process.Name == name).SelectMany(process => process.Log);

    /// <summary>Waits for a line in a server's log.</summary>
    public Task WaitUntilLoggedAsync(string name, string piece) => HoldsAsync(
        $"{name} logs '{piece}'",
        () => Task.FromResult(LogOf(name).Any(line => line.Contains(piece, StringComparison.Ordinal))));

    /// <summary>Waits until every link among servers that run is live.</summary>
    public async Task WaitUntilLiveAsync()
    {
        foreach (var name in Names.Where(IsRunning))
        {
            foreach (var neighbour in _plan.NeighboursOf(name).Where(IsRunning))
                await WaitUntilLinkAsync(name, neighbour, "live");
        }
    }

    /// <summary>Waits until a server's link to a neighbour is in a state.</summary>
    public Task<TimeSpan> WaitUntilLinkAsync(string name, string neighbour, string state) => HoldsAsync(
        $"{name}'s link to {neighbour} is {state}",
        async () => await AskAsync(name) is { } said && said.StateOf(neighbour) == state);

    /// <summary>Waits until servers hold the same: all that run, if none is named.</summary>
    /// <returns>How long it took.</returns>
    public Task<TimeSpan> WaitUntilAlikeAsync(TimeSpan? within = null, params string[] names)
    {
        names = names.Length == 0 ? [.. Names.Where(IsRunning)] : names;
        return HoldsAsync(
            $"{string.Join(", ", names)} have equal digests",
            async () =>
            {
                var states = await Task.WhenAll(names.Select(AskAsync));
                return !states.Contains(null) && states.DistinctBy(state => (state!.Digest, state.Locations)).Count() == 1;
            },
            within);
    }

    /// <summary>Waits until a server answers with this very line when it is asked for a client.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> WaitUntilLocatedAsync(string name, string clientId, string line, TimeSpan? within = null)
    {
        using var client = await ConnectAsync(name);
        return await HoldsAsync($"{name} says {line}", async () => (await client.WhatsatAsync(clientId)).Location == line, within);
    }

    /// <summary>
    /// A promised time, made longer on a machine that has so much else to do that a server's start, which is work for
    /// the processor alone, took longer than it does.
    /// </summary>
    public TimeSpan Allow(TimeSpan promised) => promised * _slowness;

    /// <summary>Waits for anything.</summary>
    public Task<TimeSpan> HoldsAsync(string name, Func<Task<bool>> holds, TimeSpan? within = null) =>
        Condition.HoldsAsync(name, within ?? Condition.Deadline, holds, Situation);

    /// <summary>Looks for a while whether something goes on to hold.</summary>
    public Task StaysAsync(string name, Func<bool> holds) => Condition.StaysAsync(name, holds, Situation);

    /// <summary>What servers have last said, for a person who looks for the reason of a failure.</summary>
    public string Situation()
    {
        const int LinesShown = 15;
        var states = Task.WhenAll(Names.Where(IsRunning).Select(AskAsync)).GetAwaiter().GetResult();
        var logs = _all.SelectMany(process => process.Log.TakeLast(LinesShown).Prepend($"--- {process.Name}"));
        return string.Join(Environment.NewLine, states.Where(state => state is not null).Select(state => state!.ToString()).Concat(logs));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _all)
            await process.DisposeAsync();
        _plan.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private bool IsRunning(string name) => _running.ContainsKey(name) || _running.ContainsKey(Together);

    private void Enter(ServerProcess process)
    {
        _running.Add(process.Name, process);
        _all.Add(process);
    }

    private async Task WaitUntilListeningAsync(string name)
    {
        var process = _running.TryGetValue(name, out var own) ? own : _running[Together];
        await HoldsAsync($"{name} listens", async () =>
        {
            if (!process.IsRunning)
                throw new XunitException($"{name} ended.{Environment.NewLine}{string.Join(Environment.NewLine, process.Log)}");
            try
            {
                using var client = await ConnectAsync(name);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, StartMax);
    }

    private IEnumerable<string> Complaints() => _all.SelectMany(process => process.Log).Where(line =>
        line.StartsWith("stderr: ", StringComparison.Ordinal)
        || line.Contains(" WRN ", StringComparison.Ordinal)
        || line.Contains(" ERR ", StringComparison.Ordinal)
        || line.Contains(" FTL ", StringComparison.Ordinal));
}
