using ProxyHerd.Simulation.Mixes;
using Xunit;

namespace ProxyHerd.Simulation;

public sealed class RepeatabilityTests
{
    public static TheoryData<string> Mixes => [.. KnownMixes.All.Select(static mix => mix.Name)];

    [Theory]
    [MemberData(nameof(Mixes))]
    public void Seed_RunTwice_LeavesTheSameTrace(string mix)
    {
        var options = Options(mix, seconds: 20);
        var first = Simulation.Run(7, options);
        var second = Simulation.Run(7, options);
        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.Equal(first.Steps, second.Steps);
        Assert.Equal(first.Acknowledged, second.Acknowledged);
        Assert.Empty(first.Violations);
    }

    /// <summary>What only looks must not change what happens, or a failing seed could not be looked at.</summary>
    [Fact]
    public void Seed_WithAHistory_LeavesTheSameTrace()
    {
        var options = Options("main", seconds: 10);
        var noted = Simulation.Run(7, options with { HistoryOf = "hot1" });
        Assert.Equal(Simulation.Run(7, options).TraceHash, noted.TraceHash);
        Assert.Contains(noted.History, static entry => entry.Contains("IAMAT hot1", StringComparison.Ordinal));
    }

    [Fact]
    public void Seeds_ThatDiffer_LeaveDifferentTraces()
    {
        var options = Options("main", seconds: 5);
        Assert.NotEqual(Simulation.Run(1, options).TraceHash, Simulation.Run(2, options).TraceHash);
    }

    private static SimulationOptions Options(string mix, int seconds) =>
        new() { Mix = KnownMixes.All.Single(known => known.Name == mix), RoundTime = TimeSpan.FromSeconds(seconds) };
}
