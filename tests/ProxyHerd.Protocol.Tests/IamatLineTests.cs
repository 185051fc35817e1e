using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class IamatLineTests
{
    private const string Position = "+34.068930-118.445127";
    private const string Time = "1400794645.392014450";

    [Theory]
    [InlineData(Samples.Iamat, "kiwi.cs.ucla.edu", Position, Time, 1_400_794_645_392_014_450)]
    [InlineData("IAMAT a +1+1 0", "a", "+1+1", "0", 0)]
    [InlineData("IAMAT a +01.10-001.10 0000000001.10", "a", "+01.10-001.10", "0000000001.10", 1_100_000_000)]
    [InlineData("IAMAT  a   +1+1    1", "a", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT\ta\t+1+1\t1", "a", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT\ra\v+1+1\f1", "a", "+1+1", "1", 1_000_000_000)]
    [InlineData(" \t\r\v\fIAMAT \t\r\v\fa \t\r\v\f+1+1 \t\r\v\f1 \t\r\v\f", "a", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT a +1+1 1\r", "a", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT IAMAT +1+1 1", "IAMAT", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT +1+1 +1+1 1", "+1+1", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT a\u00C2\u00A0b +1+1 1", "a\u00C2\u00A0b", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT \u00C2\u00A0 +1+1 1", "\u00C2\u00A0", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT \u00FF\u00FE\u0080 +1+1 1", "\u00FF\u00FE\u0080", "+1+1", "1", 1_000_000_000)]
    [InlineData("IAMAT a +90.0-180.000 9223372035.999999999", "a", "+90.0-180.000", "9223372035.999999999", 9_223_372_035_999_999_999)]
    public void TryParse_Valid_GivesFieldsByteForByte(string line, string clientId, string position, string time, long nanoseconds)
    {
        Assert.True(IamatLine.TryParse(Bytes.Of(line), out var iamat));
        Assert.Equal(clientId, Bytes.Text(iamat.ClientId));
        Assert.Equal(position, Bytes.Text(iamat.Position));
        Assert.Equal(time, Bytes.Text(iamat.Time));
        Assert.Equal(nanoseconds, iamat.TimeNanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("IAMAT")]
    [InlineData("IAMAT a")]
    [InlineData("IAMAT a +1+1")]
    [InlineData("IAMAT a +1+1 ")]
    [InlineData("IAMAT +1+1 1")]
    [InlineData("IAMAT a 1")]
    [InlineData("IAMAT a +1+1 1 1")]
    [InlineData("IAMAT a +1+1 1 \0")]
    [InlineData("IAMAT a b +1+1 1")]
    [InlineData("IAMAT a +1 +1 1")]
    [InlineData("IAMAT a 1 +1+1")]
    [InlineData("iamat a +1+1 1")]
    [InlineData("Iamat a +1+1 1")]
    [InlineData("IAMATa +1+1 1")]
    [InlineData("IAMATS a +1+1 1")]
    [InlineData("AT a +1+1 1")]
    [InlineData("WHATSAT a +1+1 1")]
    [InlineData("\u00C2\u00A0IAMAT a +1+1 1")]
    [InlineData("IAMAT\u00C2\u00A0a +1+1 1")]
    [InlineData("IAMAT a\u00C2\u00A0+1+1 1")]
    [InlineData("IAMAT a +1+1\u00C2\u00A01")]
    [InlineData("IAMAT a +1+1 1\u00C2\u00A0")]
    [InlineData("IAMAT a\u0000 +1+1 1")]
    [InlineData("IAMAT a\u0001b +1+1 1")]
    [InlineData("IAMAT a\u001Bb +1+1 1")]
    [InlineData("IAMAT a\u007F +1+1 1")]
    [InlineData("IAMAT a\n +1+1 1")]
    [InlineData("IAMAT a +1+1 1\n")]
    [InlineData("IAMAT\na\n+1+1\n1")]
    [InlineData("IAMAT a +91+1 1")]
    [InlineData("IAMAT a +90.000000000000001+1 1")]
    [InlineData("IAMAT a +1+180.000000000000001 1")]
    [InlineData("IAMAT a 1+1 1")]
    [InlineData("IAMAT a +1+1/ 1")]
    [InlineData("IAMAT a +1e0+1 1")]
    [InlineData("IAMAT a +1+1 -1")]
    [InlineData("IAMAT a +1+1 +1")]
    [InlineData("IAMAT a +1+1 1.")]
    [InlineData("IAMAT a +1+1 .1")]
    [InlineData("IAMAT a +1+1 1e9")]
    [InlineData("IAMAT a +1+1 now")]
    [InlineData("IAMAT a +1+1 1.0000000000")]
    [InlineData("IAMAT a +1+1 9223372036")]
    [InlineData("IAMAT a +1+1 00000000001")]
    public void TryParse_Invalid_IsRefused(string line) => Assert.False(IamatLine.TryParse(Bytes.Of(line), out _));

    [Theory]
    [InlineData(1, true)]
    [InlineData(254, true)]
    [InlineData(255, true)]
    [InlineData(256, false)]
    [InlineData(257, false)]
    [InlineData(4000, false)]
    public void TryParse_ClientIdLength_IsAtMost255(int length, bool isValid)
    {
        var line = Bytes.Of($"IAMAT {new string('\u00E9', length)} +1+1 1");
        Assert.Equal(isValid, IamatLine.TryParse(line, out var iamat));
        Assert.Equal(isValid ? length : 0, iamat.ClientId.Length);
    }

    [Fact]
    public void TryParse_EachByteAsSeparator_OnlyWhiteSpaceSplits()
    {
        for (var value = 0; value <= 255; value++)
        {
            var isSeparator = " \t\r\v\f".Contains((char)value, StringComparison.Ordinal);
            Assert.Equal(isSeparator, IamatLine.TryParse(Bytes.Of($"IAMAT a{(char)value}+1+1 1"), out _));
        }
    }

    [Fact]
    public void TryParse_Valid_FieldsLieInTheLine()
    {
        var line = Bytes.Of(Samples.Iamat);
        Assert.True(IamatLine.TryParse(line, out var iamat));
        Assert.True(iamat.ClientId.Overlaps(line));
        Assert.True(iamat.Position.Overlaps(line));
        Assert.True(iamat.Time.Overlaps(line));
    }
}
