using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class NamesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("kiwi.cs.ucla.edu")]
    [InlineData("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    [InlineData("+34.068930-118.445127")]
    [InlineData("\u00C2\u00A0")]
    [InlineData("a\u00A0b")]
    [InlineData("\u00E3\u0080\u0080")]
    [InlineData("\u0080\u0085\u009F")]
    [InlineData("\u00FF\u00FE\u00C0")]
    public void IsClientId_VisibleBytes_AreTaken(string id)
    {
        Assert.True(Names.IsClientId(Bytes.Of(id)));
        Assert.True(Names.IsServerName(Bytes.Of(id)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a\t")]
    [InlineData("a\n")]
    [InlineData("a\r")]
    [InlineData("\va")]
    [InlineData("\fa")]
    [InlineData("a\0")]
    [InlineData("\u007F")]
    [InlineData("a\u007Fb")]
    public void IsClientId_WhiteSpaceControlOrDel_IsRefused(string id)
    {
        Assert.False(Names.IsClientId(Bytes.Of(id)));
        Assert.False(Names.IsServerName(Bytes.Of(id)));
    }

    // Long names are searched in vectors, short ones byte by byte, so both are tried, at every place.
    [Fact]
    public void IsClientId_EachByteAtEachPlace_OnlyAbove32AndNot127IsTaken()
    {
        foreach (var length in new[] { 1, 3, 16, 33, 255 })
        {
            var id = new byte[length];
            for (var value = 0; value <= 255; value++)
            {
                for (var at = 0; at < length; at += Math.Max(1, length / 20))
                {
                    Array.Fill(id, (byte)'x');
                    id[at] = (byte)value;
                    Assert.Equal(value > 32 && value != 127, Names.IsClientId(id));
                }
            }
        }
    }

    [Theory]
    [InlineData(0, false, false)]
    [InlineData(1, true, true)]
    [InlineData(63, true, true)]
    [InlineData(64, true, true)]
    [InlineData(65, true, false)]
    [InlineData(254, true, false)]
    [InlineData(255, true, false)]
    [InlineData(256, false, false)]
    [InlineData(4096, false, false)]
    public void IsClientId_Length_IsAtMost255AndOfAServer64(int length, bool isClientId, bool isServerName)
    {
        foreach (var value in new[] { (byte)'x', (byte)0xFF })
        {
            var name = new byte[length];
            Array.Fill(name, value);
            Assert.Equal(isClientId, Names.IsClientId(name));
            Assert.Equal(isServerName, Names.IsServerName(name));
        }
    }
}
