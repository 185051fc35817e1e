using ProxyHerd.Server.Dialling;
using Xunit;

namespace ProxyHerd.Server.Tests.Dialling;

public sealed class SystemRandomnessTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void Fill_AnyLength_ChangesAllOfItAndNothingBeside(int length)
    {
        var everSet = new byte[length + 2];
        var bytes = new byte[length + 2];
        for (var round = 0; round < 32; round++)
        {
            new SystemRandomness().Fill(bytes.AsSpan(1, length));
            for (var i = 0; i < bytes.Length; i++)
                everSet[i] |= bytes[i];
        }

        // That a byte is zero in each of 32 rounds has a chance of 1 in 2^256.
        Assert.Equal(0, everSet[0] | everSet[^1]);
        Assert.DoesNotContain((byte)0, everSet.AsSpan(1, length).ToArray());
    }

    [Fact]
    public void Fill_Twice_Differs()
    {
        var (first, second) = (new byte[16], new byte[16]);

        new SystemRandomness().Fill(first);
        new SystemRandomness().Fill(second);

        Assert.NotEqual(first, second);
    }
}
