using System.IO.Hashing;

namespace ProxyHerd.Simulation.Worlds;

/// <summary>A running hash of all that happened and when: equal for two runs of one seed, or something is not repeatable.</summary>
internal sealed class TraceHash(World world)
{
    public ulong Value { get; private set; } = 0xcbf29ce484222325;

    public void Add(int what, ReadOnlySpan<byte> bytes = default)
    {
        Mix((ulong)world.NowTicks);
        Mix((ulong)world.Steps);
        Mix((ulong)what);
        if (!bytes.IsEmpty)
            Mix(XxHash3.HashToUInt64(bytes));
    }

    private void Mix(ulong value)
    {
        Value = (Value ^ value) * 0x9e3779b97f4a7c15;
        Value ^= Value >> 29;
    }
}
