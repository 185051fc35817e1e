using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Simulation.Worlds;

/// <summary>A server's randomness: a stream of the seed.</summary>
internal sealed class SplitRandomness(SeededRandom random) : IRandomness
{
    public void Fill(Span<byte> destination) => random.Fill(destination);
}
