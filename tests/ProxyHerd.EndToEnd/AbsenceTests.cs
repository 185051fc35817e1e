using System.Globalization;
using ProxyHerd.EndToEnd.Lines;
using ProxyHerd.EndToEnd.Processes;
using Xunit;
using Xunit.Abstractions;

namespace ProxyHerd.EndToEnd;

/// <summary>
/// Parker is away, which leaves Hamilton alone, while clients move on both sides. With the environment variable
/// <c>PROXYHERD_LONG_TESTS=1</c> it is away for 20 s and 60 s too, long enough for silent links to be hung up on and for
/// the waits between dials to become long; without it for 1 s alone, so that the suite stays short.
/// </summary>
public sealed class AbsenceTests(ITestOutputHelper output)
{
    private static readonly TimeSpan AlikeWithin = TimeSpan.FromSeconds(2);

    public static TheoryData<int> Seconds => Environment.GetEnvironmentVariable("PROXYHERD_LONG_TESTS") == "1" ? [1, 20, 60] : [1];

    [Theory]
    [MemberData(nameof(Seconds))]
    public Task Absence_Killed_AllAreAlikeSoonAfterTheLastUpdate(int seconds) =>
        RunAsync(seconds, herd => herd.KillAsync("Parker"), herd => herd.StartAsync("Parker"));

    [Theory]
    [MemberData(nameof(Seconds))]
    public Task Absence_Stopped_AllAreAlikeSoonAfterTheLastUpdate(int seconds) =>
        RunAsync(seconds, herd => herd.StopAsync("Parker"), herd => herd.StartAsync("Parker"));

    /// <summary>As if its network were cut: connections stay, and nobody answers on them.</summary>
    [Theory]
    [MemberData(nameof(Seconds))]
    public Task Absence_Frozen_AllAreAlikeSoonAfterTheLastUpdate(int seconds) => RunAsync(
        seconds,
        herd =>
        {
            herd.Pause("Parker");
            return Task.CompletedTask;
        },
        herd =>
        {
            herd.Continue("Parker");
            return Task.CompletedTask;
        });

    private async Task RunAsync(int seconds, Func<ProcessHerd, Task> leaveAsync, Func<ProcessHerd, Task> returnAsync)
    {
        await using var herd = new ProcessHerd(HerdPlan.Five);
        await herd.StartAsync();
        await herd.WaitUntilLiveAsync();
        await using var movers = await Movers.StartAsync(herd, ["Alford", "Bolden", "Hamilton", "Powell"]);
        await movers.MoveOnAsync(100);

        await leaveAsync(herd);
        await movers.MoveOnForAsync(TimeSpan.FromSeconds(seconds));
        await returnAsync(herd);
        var last = await movers.StopAsync();

        var took = await herd.WaitUntilAlikeAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Away for {seconds} s, {movers.Updates} updates: alike {took.TotalMilliseconds:f0} ms after the last update."));
        Assert.True(took < herd.Allow(AlikeWithin), $"alike only {took} after the last update{Environment.NewLine}{herd.Situation()}");
        await last.AssertKnownAtAsync(herd, "Hamilton");
        await herd.EndAsync();
    }
}
