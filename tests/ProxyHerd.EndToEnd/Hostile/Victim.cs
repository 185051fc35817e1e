using System.Globalization;
using System.Text;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Hostile;

/// <summary>
/// A server that is attacked, called Alford, and a good client of it. Whatever the attack, the server's memory grows by no
/// more than its limit and the good client is served.
/// </summary>
internal sealed class Victim : IAsyncDisposable
{
    /// <summary>The server's name.</summary>
    public const string Name = "Alford";

    /// <summary>How soon an offender has to be gone where a limit says so.</summary>
    public static readonly TimeSpan GoneMax = TimeSpan.FromSeconds(10);

    /// <summary>By how much the server's memory may grow, at its highest.</summary>
    private const long MemoryGrowthMax = 200L << 20;

    /// <summary>Below this a doubled p99 says little: it is what one connection that is made, greeted and dropped takes of a polling thread.</summary>
    private static readonly TimeSpan P99Floor = TimeSpan.FromMilliseconds(0.5);

    /// <summary>How long an attack goes on in a round where p99 is measured: some windows.</summary>
    private static readonly TimeSpan RoundMin = TimeSpan.FromSeconds(2);

    /// <summary>Quiet and attack take turns where p99 is measured, so that what else the machine does meets both.</summary>
    private static readonly int Rounds = HostileTests.AreLong ? 3 : 1;

    private static readonly int QuietRequests = HostileTests.AreLong ? 1_000 : 200;

    /// <summary>Requests after which the server's code has been compiled, and its memory is what it usually is.</summary>
    private const int WarmUpRequests = 500;

    private readonly StringBuilder _seen = new();
    private GoodClient? _good;
    private Bystander? _bystander;
    private MemoryUse? _memory;
    private long _bytesBefore;

    private Victim(HerdPlan plan) => Herd = new ProcessHerd(plan);

    /// <summary>The herd of which it is the one server that runs.</summary>
    public ProcessHerd Herd { get; }

    /// <summary>Its port for lines.</summary>
    public int Port => Herd.PortOf(Name);

    /// <summary>Starts the server, and looks at what is usual.</summary>
    /// <param name="plan">The herd; other servers of it are played by the test, or away.</param>
    /// <param name="settings">Settings of the server, such as <c>--Limits:ConnectionsMax=10</c>.</param>
    public static async Task<Victim> StartAsync(HerdPlan plan, params string[] settings)
    {
        var victim = new Victim(plan);
        try
        {
            await victim.Herd.StartWithAsync(Name, settings);
            if (HostileTests.AreLong)
                victim._bystander = await Bystander.StartAsync(plan.Durability);
            victim._good = new GoodClient(victim.Port, Condition.Deadline);
            await victim.ServeAsync(WarmUpRequests);
            victim._memory = new MemoryUse(victim.Herd.ProcessOf(Name).Id);
            victim._bytesBefore = victim._memory.Bytes;
            return victim;
        }
        catch
        {
            await victim.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects to it.</summary>
    public Task<LineClient> ConnectAsync() => Herd.ConnectAsync(Name);

    /// <summary>What it says of itself.</summary>
    public async Task<ServerState> AskAsync() => await Herd.AskAsync(Name) ?? throw new TimeoutException("/herd does not answer");

    /// <summary>Has the good client repeat itself from now on, so that nothing in the store changes but by the attack.</summary>
    public async Task HoldStillAsync()
    {
        _good!.HoldsStill = true;
        await ServeAsync(2);
    }

    /// <summary>
    /// Attacks, and looks how the good client fares meanwhile. Where p99 is measured, the attack is repeated, and p99 may not be twice
    /// what it is when all is quiet, or what it is during the attack for the good client of a server that is not attacked.
    /// </summary>
    public async Task AttackAsync(Func<Task> attack)
    {
        using var attackers = HostileTests.AreLong ? new AttackerThreads() : null;
        var quiet = new Latencies();
        var during = new Latencies();
        var beside = new Latencies();
        for (var round = 0; round < Rounds; round++)
        {
            quiet.Add(await ServeAsync(QuietRequests));
            _bystander?.Take();
            var began = TimeProvider.System.GetTimestamp();
            do
                await (attackers?.RunAsync(attack) ?? attack());
            while (HostileTests.AreLong && TimeProvider.System.GetElapsedTime(began) < RoundMin);
            during.Add(_good!.Take());
            if (_bystander is not null)
                beside.Add(_bystander.Take());
        }

        _seen.AppendLine(CultureInfo.InvariantCulture, $"quiet: {quiet}");
        _seen.AppendLine(CultureInfo.InvariantCulture, $"under attack: {during}");
        if (!HostileTests.AreLong)
            return;
        _seen.AppendLine(CultureInfo.InvariantCulture, $"beside it: {beside}");
        var usual = quiet.P99 > beside.P99 ? quiet.P99 : beside.P99;
        var p99Max = TimeSpan.FromTicks(Math.Max(P99Floor.Ticks, 2 * usual.Ticks));
        Assert.True(during.P99 <= p99Max, $"p99 is more than {p99Max.TotalMilliseconds} ms{Environment.NewLine}{_seen}");
    }

    /// <summary>Ends a test: the good client is still served, memory has stayed within its limit, and nobody has complained.</summary>
    /// <param name="expectedComplaints">Pieces of the warnings that the test is about.</param>
    public async Task EndAsync(params string[] expectedComplaints)
    {
        await ServeAsync(WarmUpRequests / 10);
        var growth = _memory!.BytesAtMost - _bytesBefore;
        _seen.AppendLine(CultureInfo.InvariantCulture, $"memory: {_bytesBefore >> 20} MB, {growth >> 20} MB more at its highest");
        if (HostileTests.AreLong)
            Console.WriteLine(_seen);
        Assert.True(growth <= MemoryGrowthMax, _seen.ToString());
        _good!.Dispose();
        await Herd.EndAsync(expectedComplaints);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _good?.Dispose();
        if (_bystander is not null)
            await _bystander.DisposeAsync();
        await Herd.DisposeAsync();
    }

    private async Task<Latencies> ServeAsync(int requests)
    {
        _good!.Take();
        await Herd.HoldsAsync("a good client is served", () => Task.FromResult(_good.Count >= requests));
        return _good.Take();
    }
}
