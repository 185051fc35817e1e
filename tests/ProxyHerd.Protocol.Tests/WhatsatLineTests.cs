using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class WhatsatLineTests
{
    [Theory]
    [InlineData(Samples.Whatsat, "kiwi.cs.ucla.edu", 10_000, 5)]
    [InlineData("WHATSAT a 50 20", "a", 50_000, 20)]
    [InlineData("WHATSAT a 50.000 20", "a", 50_000, 20)]
    [InlineData("WHATSAT a 49.5 0", "a", 49_500, 0)]
    [InlineData("WHATSAT a 0.001 1", "a", 1, 1)]
    [InlineData("WHATSAT a 0.5 1", "a", 500, 1)]
    [InlineData("WHATSAT a 1 00", "a", 1_000, 0)]
    [InlineData("WHATSAT a 0000000000000000000000010 0000000000000000000000005", "a", 10_000, 5)]
    [InlineData("WHATSAT a 1.00000000000000000000000000000000000000000000000000 1", "a", 1_000, 1)]
    [InlineData("WHATSAT a 49.99999999999999999999999999999999999999 1", "a", 50_000, 1)]
    [InlineData("\f\tWHATSAT\va \r1\t\t1\v", "a", 1_000, 1)]
    [InlineData("WHATSAT WHATSAT 1 1", "WHATSAT", 1_000, 1)]
    [InlineData("WHATSAT 1 1 1", "1", 1_000, 1)]
    [InlineData("WHATSAT a\u00C2\u00A0\u00FF 1 1", "a\u00C2\u00A0\u00FF", 1_000, 1)]
    public void TryParse_Valid_GivesFields(string line, string clientId, double meters, int bound)
    {
        Assert.True(WhatsatLine.TryParse(Bytes.Of(line), out var whatsat));
        Assert.Equal(clientId, Bytes.Text(whatsat.ClientId));
        Assert.Equal(meters, whatsat.RadiusMeters);
        Assert.Equal(bound, whatsat.Bound);
    }

    [Theory]
    [InlineData("WHATSAT")]
    [InlineData("WHATSAT a")]
    [InlineData("WHATSAT a 1")]
    [InlineData("WHATSAT 10 5")]
    [InlineData("WHATSAT a 1 1 1")]
    [InlineData("WHATSAT a b 1 1")]
    [InlineData("WHATSAT a 1 1 \0")]
    [InlineData("whatsat a 1 1")]
    [InlineData("WhatsAt a 1 1")]
    [InlineData("WHATSATa 1 1")]
    [InlineData("IAMAT a 1 1")]
    [InlineData("WHATSAT a\u00C2\u00A01 1")]
    [InlineData("WHATSAT a 1\u00C2\u00A01")]
    [InlineData("WHATSAT a\u007F 1 1")]
    [InlineData("WHATSAT a\u0001 1 1")]
    [InlineData("WHATSAT a\n 1 1")]
    [InlineData("WHATSAT a 0 1")]
    [InlineData("WHATSAT a 0.0 1")]
    [InlineData("WHATSAT a 000.0000000000000000000000000 1")]
    [InlineData("WHATSAT a -0 1")]
    [InlineData("WHATSAT a -1 1")]
    [InlineData("WHATSAT a +1 1")]
    [InlineData("WHATSAT a 51 1")]
    [InlineData("WHATSAT a 50.1 1")]
    [InlineData("WHATSAT a 50.00000000000000000000000000000000000001 1")]
    [InlineData("WHATSAT a 100 1")]
    [InlineData("WHATSAT a 4294967297 1")]
    [InlineData("WHATSAT a 18446744073709551617 1")]
    [InlineData("WHATSAT a 1e1 1")]
    [InlineData("WHATSAT a 1.5e0 1")]
    [InlineData("WHATSAT a .5 1")]
    [InlineData("WHATSAT a 1. 1")]
    [InlineData("WHATSAT a . 1")]
    [InlineData("WHATSAT a 1.2.3 1")]
    [InlineData("WHATSAT a 1..2 1")]
    [InlineData("WHATSAT a 1,5 1")]
    [InlineData("WHATSAT a nan 1")]
    [InlineData("WHATSAT a inf 1")]
    [InlineData("WHATSAT a 0x1 1")]
    [InlineData("WHATSAT a 1\0 1")]
    [InlineData("WHATSAT a 1 -1")]
    [InlineData("WHATSAT a 1 -0")]
    [InlineData("WHATSAT a 1 +1")]
    [InlineData("WHATSAT a 1 21")]
    [InlineData("WHATSAT a 1 100")]
    [InlineData("WHATSAT a 1 4294967296")]
    [InlineData("WHATSAT a 1 18446744073709551616")]
    [InlineData("WHATSAT a 1 5.0")]
    [InlineData("WHATSAT a 1 5e0")]
    [InlineData("WHATSAT a 1 five")]
    [InlineData("WHATSAT a 1 1\0")]
    public void TryParse_Invalid_IsRefused(string line) => Assert.False(WhatsatLine.TryParse(Bytes.Of(line), out _));

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void TryParse_ClientIdLength_IsAtMost255(int length, bool isValid) =>
        Assert.Equal(isValid, WhatsatLine.TryParse(Bytes.Of($"WHATSAT {new string('x', length)} 10 5"), out _));

    [Fact]
    public void TryParse_EachBound_OnlyUpTo20()
    {
        for (var bound = 0; bound < 300; bound++)
        {
            Assert.Equal(bound <= WhatsatLine.BoundMax, WhatsatLine.TryParse(Bytes.Of($"WHATSAT a 10 {bound}"), out var whatsat));
            if (bound <= WhatsatLine.BoundMax)
                Assert.Equal(bound, whatsat.Bound);
        }
    }

    // A plain decimal has no limit of its own but the line's.
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(4000)]
    public void TryParse_ManyDigits_LimitsAreHeldOnTheDigits(int digits)
    {
        var zeros = new string('0', digits);
        Assert.True(WhatsatLine.TryParse(Bytes.Of($"WHATSAT a {zeros}50.{zeros} 5"), out var whatsat));
        Assert.Equal(50_000, whatsat.RadiusMeters);
        Assert.True(WhatsatLine.TryParse(Bytes.Of($"WHATSAT a 49.{new string('9', digits)} 5"), out whatsat));
        Assert.InRange(whatsat.RadiusMeters, 49_900, 50_000);
        Assert.False(WhatsatLine.TryParse(Bytes.Of($"WHATSAT a 50.{zeros}1 5"), out _));
        Assert.False(WhatsatLine.TryParse(Bytes.Of($"WHATSAT a 0.{zeros} 5"), out _));
    }

    // Above 0 on paper, but there is no radius to ask a provider with.
    [Fact]
    public void TryParse_RadiusTooSmallForADouble_IsRefused() =>
        Assert.False(WhatsatLine.TryParse(Bytes.Of($"WHATSAT a 0.{new string('0', 400)}1 5"), out _));
}
