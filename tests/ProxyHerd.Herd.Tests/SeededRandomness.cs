using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Herd.Tests;

internal sealed class SeededRandomness(int seed) : IRandomness
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination)
    {
        lock (_random)
            _random.NextBytes(destination);
    }
}
