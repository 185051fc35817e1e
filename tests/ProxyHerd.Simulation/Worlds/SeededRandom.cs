using System.Buffers.Binary;
using System.Numerics;

namespace ProxyHerd.Simulation.Worlds;

/// <summary>
/// xoshiro256** of a seed of its own, so that a seed means the same on every version of .NET. <see cref="Split"/> gives
/// each part of the world its own stream: one that draws more often does not move what the others draw.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    public SeededRandom Split() => new(Next());

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>Both ends included.</summary>
    public int Between(int min, int max) => min + Below(max - min + 1);

    /// <summary>From 0 up to, not including, 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Fraction() < probability;

    /// <summary>Evenly between two spans of ticks.</summary>
    public TimeSpan Between(TimeSpan min, TimeSpan max) => min + ((max - min) * Fraction());

    /// <summary>As many near the least as near the most, order of magnitude by order of magnitude.</summary>
    public TimeSpan BetweenByMagnitude(TimeSpan min, TimeSpan max) =>
        TimeSpan.FromTicks((long)(min.Ticks * Math.Pow((double)max.Ticks / min.Ticks, Fraction())));

    /// <summary>The wait for the next of events that come on average this often.</summary>
    public TimeSpan Until(TimeSpan average) => average * -Math.Log(1 - Fraction());

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            var length = Math.Min(word.Length, destination.Length);
            word[..length].CopyTo(destination);
            destination = destination[length..];
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9e3779b97f4a7c15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
}
