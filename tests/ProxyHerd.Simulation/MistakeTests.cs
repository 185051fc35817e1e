using ProxyHerd.Herd;
using ProxyHerd.Simulation.Mixes;
using Xunit;

namespace ProxyHerd.Simulation;

/// <summary>Each rule of replication that closes a hole: without it, the simulator finds what is lost; with it, nothing.</summary>
public sealed class MistakeTests
{
    /// <summary>A mistake that shows in fewer seeds than this is one that the simulator cannot be said to find.</summary>
    private const ulong SeedsMax = 1000;

    public static TheoryData<string> All => [.. Enum.GetNames<Mistakes>().Skip(1)];

    [Theory]
    [MemberData(nameof(All))]
    public void Mistake_PutBack_IsFound(string name)
    {
        var mistake = Enum.Parse<Mistakes>(name);
        var mix = MistakeMixes.Of(mistake);
        ulong seed = 1;
        while (!Simulation.Run(seed, new SimulationOptions { Mix = mix.With(mistake | Mistakes.NoRepair) }).Failed)
            Assert.True(++seed <= SeedsMax, $"{mistake} was not found in {SeedsMax} seeds.");

        var right = mistake == Mistakes.NoRepair ? Mistakes.None : Mistakes.NoRepair;
        Assert.Empty(Simulation.Run(seed, new SimulationOptions { Mix = mix.With(right) }).Violations);
    }
}
