using ProxyHerd.Herd.Places;
using ProxyHerd.Simulation.Worlds;

namespace ProxyHerd.Simulation.Servers;

/// <summary>Knows no places, and often takes its time to say so.</summary>
internal sealed class SimulatedPlaces(World world, SeededRandom random) : IPlacesProvider
{
    private static readonly byte[] Json = "{\n  \"html_attributions\": [],\n  \"results\": [],\n  \"status\": \"OK\"\n}"u8.ToArray();

    public string Name => "Simulated";

    public ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken)
    {
        if (random.Chance(0.7))
            return ValueTask.FromResult<ReadOnlyMemory<byte>>(Json);
        var found = new TaskCompletionSource<ReadOnlyMemory<byte>>();
        world.Schedule(random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(300)), () => found.SetResult(Json));
        return new(found.Task);
    }
}
