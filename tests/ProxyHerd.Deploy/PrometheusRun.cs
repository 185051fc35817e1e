using System.Globalization;
using ProxyHerd.EndToEnd.Chaos;
using ProxyHerd.EndToEnd.Hostile;
using ProxyHerd.EndToEnd.Processes;

namespace ProxyHerd.Deploy;

/// <summary>A real Prometheus scrapes five servers as deploy/prometheus says; whatever dashboard and rules ask it has an answer.</summary>
internal static class PrometheusRun
{
    private const string RateInterval = "15s";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs it.</summary>
    public static async Task RunAsync(TextWriter output)
    {
        var root = Repository.FindRoot();
        var folder = Directory.CreateTempSubdirectory("proxyherd-").FullName;
        try
        {
            await RunAsync(output, root, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(TextWriter output, string root, string folder)
    {
        using var plan = new HerdPlan(HerdPlan.FiveEdges) { Durability = "Disk" };
        plan.Write(Path.Combine(folder, "herd.json"));
        using var google = new PlayedGoogle();
        await using var herd = BackgroundProcess.Start(
            folder,
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "ProxyHerd.Server.dll"),
            "--config", "herd.json", "--Places:Provider=Google", "--Places:Google:Key=played-by-this-check", $"--Places:Google:BaseUrl={google.BaseUrl}", "--Places:WhatsatPerSecondMax=0");
        await HoldsAsync("five servers answer", async () => !(await AskAllAsync(plan)).Contains(null), () => herd.Said);

        using var ports = PortBlock.Take();
        var port = ports.Next();
        WriteConfiguration(root, folder, plan);
        await using var prometheus = BackgroundProcess.Start(
            folder, "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=series", $"--web.listen-address=127.0.0.1:{port}");
        using var api = new PrometheusApi(port);
        using var stopping = new CancellationTokenSource();
        var clients = Task.WhenAll(HerdPlan.FiveNames.Select(name => MoveAsync(plan.PortsOf(name).Lines, name, stopping.Token)));
        try
        {
            await CheckAsync(output, root, plan, api, () => prometheus.Said);
        }
        finally
        {
            await stopping.CancelAsync();
            await clients;
        }
    }

    private static async Task CheckAsync(TextWriter output, string root, HerdPlan plan, PrometheusApi api, Func<string> situation)
    {
        await HoldsAsync("Prometheus is ready", api.IsReadyAsync, situation);
        await HoldsAsync("every target is up", async () => await api.AskTargetsAsync() is var targets
            && targets.Keys.Order().SequenceEqual(HerdPlan.FiveNames) && targets.Values.All(health => health == "up"), situation);
        await output.WriteLineAsync("five targets, all up");

        using var http = new HttpClient();
        foreach (var name in HerdPlan.FiveNames)
        {
            var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{plan.PortsOf(name).Http}/metrics"));
            if (await Command.FeedAsync(Patience, metrics, "promtool", "check", "metrics") is { Length: > 0 } complaint)
                throw new CheckFailedException($"promtool check metrics says of {name}: {complaint}");
        }

        await output.WriteLineAsync("promtool check metrics: nothing to say of any of the five");
        await AnswerAsync(output, "query of the dashboard", Dashboard.ReadQueries(root, RateInterval), api);
        await AnswerAsync(output, "rule without its threshold", await api.AskRulesAsync(), api);
    }

    private static async Task AnswerAsync(TextWriter output, string kind, IReadOnlyList<(string Name, string Query)> queries, PrometheusApi api)
    {
        if (queries.Count == 0)
            throw new CheckFailedException($"there is no {kind}");
        foreach (var (name, query) in queries)
        {
            var count = 0;
            await HoldsAsync($"'{name}' answers: {query}", async () => (count = await api.CountAsync(query)) > 0, () => "");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{kind}: {name}: {count} series"));
        }
    }

    /// <summary>The very files, but for where the servers are and how often they are scraped.</summary>
    private static void WriteConfiguration(string root, string folder, HerdPlan plan)
    {
        var given = Path.Combine(root, "deploy", "prometheus");
        var text = File.ReadAllText(Path.Combine(given, "prometheus.yml"));
        for (var i = 0; i < HerdPlan.FiveNames.Length; i++)
        {
            var name = HerdPlan.FiveNames[i];
            text = Replace(text, $"\"{name.ToLowerInvariant()}:{14000 + i}\"", $"\"127.0.0.1:{plan.PortsOf(name).Http}\"");
        }

        text = Replace(Replace(text, "scrape_interval: 15s", "scrape_interval: 1s"), "evaluation_interval: 15s", "evaluation_interval: 1s");
        File.WriteAllText(Path.Combine(folder, "prometheus.yml"), text);
        File.Copy(Path.Combine(given, "alerts.yml"), Path.Combine(folder, "alerts.yml"));

        static string Replace(string text, string old, string with) =>
            text.Contains(old, StringComparison.Ordinal) ? text.Replace(old, with, StringComparison.Ordinal) : throw new CheckFailedException($"prometheus.yml lacks {old}");
    }

    /// <summary>A client that moves and asks what is near, so that there is something to count; with pauses, in which links fall quiet.</summary>
    private static async Task MoveAsync(int port, string name, CancellationToken stopping)
    {
        using var pipe = await LinePipe.TryConnectAsync(port) ?? throw new CheckFailedException($"{name} does not listen");
        for (var step = 0; !stopping.IsCancellationRequested; step++)
        {
            var time = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            await pipe.SendAsync(string.Create(CultureInfo.InvariantCulture, $"IAMAT {name}-{step % 20} +{step % 90}.5-{step % 180}.5 {time}\nWHATSAT {name}-{step % 20} 10 5\n"));
            await pipe.ReceiveAsync();
            while ((await pipe.ReceiveAsync()).Length > 0)
            {
            }

            await Task.Delay(step % 40 == 0 ? 40 * Step : Step, TimeProvider.System, CancellationToken.None);
        }
    }

    private static Task<ServerState?[]> AskAllAsync(HerdPlan plan) => Task.WhenAll(plan.Names.Select(name => ServerState.AskAsync(plan.PortsOf(name).Http)));

    private static async Task HoldsAsync(string what, Func<Task<bool>> holds, Func<string> situation)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                if (await holds())
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // It does not listen yet, or was too busy to answer in the time that a question has.
            }

            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new CheckFailedException($"not within {Patience}: {what}\n{situation()}");
            await Task.Delay(LookEvery, TimeProvider.System);
        }
    }
}
