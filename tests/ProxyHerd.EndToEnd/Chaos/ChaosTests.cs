using System.Diagnostics;
using System.Globalization;
using ProxyHerd.EndToEnd.Processes;
using Xunit;
using Xunit.Abstractions;

namespace ProxyHerd.EndToEnd.Chaos;

/// <summary>
/// Five servers on disk that are killed and frozen at random, on a network that is cut and slowed at random, under clients
/// that go on meanwhile. In the end every server knows all that any of them had answered, and all know the same.
/// </summary>
/// <remarks>
/// By default some ten kills. With <c>PROXYHERD_LONG_TESTS=1</c> 200, of which 20 hit all five at once, under at least 5,000
/// answers a second over at least 20,000 clients.
/// </remarks>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int AnswersASecondMin = 5000;
    private const int ClientsMin = 20_000;

    /// <summary>One kill in so many hits all servers.</summary>
    private const int AllAtOnceEvery = 10;

    /// <summary>So long that links to a frozen server are hung up on.</summary>
    private static readonly TimeSpan LongFreeze = TimeSpan.FromSeconds(16);

    /// <summary>A link that was cut again and again waits up to 30 s before it is dialled.</summary>
    private static readonly TimeSpan HealMax = TimeSpan.FromSeconds(90);

    private static readonly bool IsLong = Environment.GetEnvironmentVariable("PROXYHERD_LONG_TESTS") == "1";

    private static readonly int Kills = IsLong ? 200 : 10;

    /// <summary>So that those written once outnumber the others in the end, and are not so many that recovering them is all that happens.</summary>
    private static readonly int NewAtOnce = IsLong ? 1 : 8;

    private readonly int _seed = Environment.TickCount;

    [Fact]
    public async Task Chaos_OfProcessesAndNetwork_NothingAnsweredIsLost()
    {
        var random = new Random(_seed);
        output.WriteLine($"seed {_seed}");
        await using var herd = new ProcessHerd(new HerdPlan(HerdPlan.FiveEdges) { Durability = "Disk" });
        using var network = new ChaosNetwork(herd);
        await StartAsync(herd, network, herd.Names);
        var fleet = new Fleet(herd, ClientsMin / 2, NewAtOnce);
        using var stopping = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var driving = fleet.RunAsync(_seed, stopping.Token);
        var troubling = network.TroubleAsync(new Random(_seed), stopping.Token);

        for (var kill = 1; kill <= Kills; kill++)
        {
            await KillAsync(herd, network, random, kill);
            Assert.False(driving.IsFaulted, driving.Exception?.ToString());
        }

        await stopping.CancelAsync();
        await Task.WhenAll(driving, troubling);
        var answersASecond = fleet.Answers / clock.Elapsed.TotalSeconds;
        var healed = await herd.WaitUntilAlikeAsync(HealMax);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Kills} kills, {Kills / AllAtOnceEvery} of them of all five, and {network.Troubles} troubles of the network in {clock.Elapsed.TotalSeconds:f0} s; {fleet.Answers} answers, {answersASecond:f0} a second; {fleet.AnsweredClients} clients answered, {fleet.WrittenOnce} of them written once; alike {healed.TotalSeconds:f1} s after the last"));
        foreach (var name in herd.Names)
            await fleet.AssertKnownAtAsync(name);
        Assert.True(fleet.WrittenOnce * 2 >= fleet.AnsweredClients, "half of the clients are written once");
        Assert.True(!IsLong || (answersASecond >= AnswersASecondMin && fleet.AnsweredClients >= ClientsMin), "too little load to show anything");

        // A neighbour that is frozen or slowed while it is compared may differ twice in the very buckets that are written.
        await herd.EndAsync("still differs in");
    }

    /// <summary>Kills one server or all, with another one frozen meanwhile or not, and starts them again.</summary>
    private static async Task KillAsync(ProcessHerd herd, ChaosNetwork network, Random random, int kill)
    {
        string[] names = [.. herd.Names];
        random.Shuffle(names);
        var victims = kill % AllAtOnceEvery == 0 ? names : names[..1];
        var frozen = victims.Length == 1 && random.Next(2) == 0 ? names[1] : null;
        await WaitAsync(random.Next(700));
        if (frozen is not null)
            herd.Pause(frozen);
        await herd.KillAsync(victims);
        await WaitAsync(random.Next(500));
        await StartAsync(herd, network, victims);
        if (frozen is null)
            return;
        if (kill % (5 * AllAtOnceEvery) == 1 && IsLong)
            await Task.Delay(LongFreeze, TimeProvider.System);
        herd.Continue(frozen);
    }

    private static Task StartAsync(ProcessHerd herd, ChaosNetwork network, IEnumerable<string> names) =>
        Task.WhenAll(names.Select(name => herd.StartWithAsync(name, network.SettingsOf(name))));

    private static Task WaitAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
}
