using ProxyHerd.Simulation.Mixes;
using Xunit;
using Xunit.Abstractions;

namespace ProxyHerd.Simulation;

/// <summary>
/// A hundred seeds of each mix in every run, of the thousands that the command runs
/// (<c>dotnet run -c Release --project tests/ProxyHerd.Simulation -- --seeds 1..2000 --mix main --jobs 2</c>).
/// </summary>
public sealed class MixTests(ITestOutputHelper output)
{
    private const int Seeds = 100;

    [Fact]
    public void Main_ServersDieAndDisksLoseTheirTails_NothingIsLost() => Check(KnownMixes.Main);

    [Fact]
    public void Neighbour_DisksAreWipedRestoredAndRot_NothingIsLost() => Check(KnownMixes.Neighbour);

    private void Check(Mix mix)
    {
        var results = SeedRuns.Run(1, Seeds, Environment.ProcessorCount, new SimulationOptions { Mix = mix }).ToList();
        output.WriteLine($"{results.Sum(result => result.Faults.Total)} faults, {results.Sum(result => result.Acknowledged)} acknowledgements");
        Assert.Equal(Seeds, results.Count);
        Assert.All(results, static result => Assert.True(!result.Failed, $"seed {result.Seed}: {string.Join("; ", result.Violations)}"));
        Assert.All(results, static result => Assert.InRange(result.Converged, TimeSpan.Zero, TimeSpan.FromSeconds(2)));

        // Of a world in which nothing happens all this would be true as well.
        Assert.True(results.Sum(static result => result.Faults.Total) > 100 * Seeds);
        Assert.True(results.Sum(static result => result.Acknowledged) > 1500 * Seeds);
    }
}
