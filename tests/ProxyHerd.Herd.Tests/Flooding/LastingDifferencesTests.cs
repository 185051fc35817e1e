using ProxyHerd.Herd.Flooding;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Flooding;

/// <summary>Which buckets stay different, as comparisons go on.</summary>
public sealed class LastingDifferencesTests
{
    private readonly LastingDifferences _lasting = new();

    /// <summary>Under load each look meets other lines that are under way.</summary>
    [Fact]
    public void Count_OfOtherBucketsEachTime_IsNought()
    {
        for (ushort bucket = 0; bucket < 1000; bucket++)
        {
            Look((bucket, 1), ((ushort)(bucket + 30_000), 2));
            Assert.Equal(0, _lasting.Count);
        }
    }

    [Fact]
    public void Count_OfABucketThatDiffersUnchanged_IsOneAmongOthersThatMove()
    {
        Look((7, 1), (100, 1));
        Assert.Equal(0, _lasting.Count);
        Look((7, 1), (200, 1));
        Assert.Equal(1, _lasting.Count);
        Look((7, 1), (300, 1));
        Assert.Equal(1, _lasting.Count);

        Look((300, 2));
        Assert.Equal(0, _lasting.Count);
    }

    /// <summary>A client that moves all the time hides another, in its bucket, that is missing.</summary>
    [Fact]
    public void Count_OfABucketThatChangesAndDiffersEachTime_IsOneAfterFiveLooks()
    {
        for (var look = 1; look <= 7; look++)
        {
            Look((7, (ulong)look));
            Assert.Equal(look < LastingDifferences.LooksMin ? 0 : 1, _lasting.Count);
        }
    }

    [Fact]
    public void Count_OfABucketThatWasEqualBetween_BeginsAnew()
    {
        for (var look = 0; look < 20; look++)
        {
            if (look % 4 == 3)
                Look();
            else
                Look((7, (ulong)look));
            Assert.Equal(0, _lasting.Count);
        }
    }

    /// <summary>A comparison that finds too much ends early: of what it has not looked at nothing new is known.</summary>
    [Fact]
    public void Count_WhileItsNodeIsNotLookedAt_StaysAsItWas()
    {
        const ushort Bucket = 5 * DigestTree.BucketsPerNode;
        Look((Bucket, 1));
        _lasting.Take([(7, 1)], node => node != 5);
        Look((Bucket, 1));
        Assert.Equal(1, _lasting.Count);
        _lasting.Take([], node => node != 5);
        Assert.Equal(1, _lasting.Count);

        _lasting.Take([], node => node == 5);
        Assert.Equal(0, _lasting.Count);
    }

    private void Look(params (ushort Bucket, ulong Hash)[] different) => _lasting.Take(different, static _ => true);
}
