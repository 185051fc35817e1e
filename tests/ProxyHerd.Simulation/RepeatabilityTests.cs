using ProxyHerd.Simulation.Mixes;
using Xunit;

namespace ProxyHerd.Simulation;

public sealed class RepeatabilityTests
{
    [Fact]
    public void Seed_RunTwice_LeavesTheSameTrace()
    {
        var options = new SimulationOptions { Mix = KnownMixes.Network, RoundTime = TimeSpan.FromSeconds(20) };
        var pooled = ThreadPool.CompletedWorkItemCount;
        var first = Simulation.Run(7, options);
        var second = Simulation.Run(7, options);
        Assert.Equal(pooled, ThreadPool.CompletedWorkItemCount);
        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.Equal(first.Steps, second.Steps);
        Assert.Empty(first.Violations);
    }

    [Fact]
    public void Seed_WithAHistory_LeavesTheSameTrace()
    {
        var options = new SimulationOptions { Mix = KnownMixes.Network, RoundTime = TimeSpan.FromSeconds(10) };
        var noted = Simulation.Run(7, options with { HistoryOf = "hot1" });
        Assert.Equal(Simulation.Run(7, options).TraceHash, noted.TraceHash);
        Assert.Contains(noted.History, static entry => entry.Contains("IAMAT hot1", StringComparison.Ordinal));
    }

    [Fact]
    public void Seeds_ThatDiffer_LeaveDifferentTraces()
    {
        var options = new SimulationOptions { Mix = KnownMixes.Network, RoundTime = TimeSpan.FromSeconds(5) };
        Assert.NotEqual(Simulation.Run(1, options).TraceHash, Simulation.Run(2, options).TraceHash);
    }
}
