using System.Globalization;
using CsCheck;
using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class PositionTests
{
    [Theory]
    [InlineData("+34.068930-118.445127", 34.068930, -118.445127)]
    [InlineData("+1+1", 1, 1)]
    [InlineData("+0-0", 0, 0)]
    [InlineData("-0+0", 0, 0)]
    [InlineData("-01-001", -1, -1)]
    [InlineData("+01+01", 1, 1)]
    [InlineData("+5.5-5.5", 5.5, -5.5)]
    [InlineData("+1.0+1", 1, 1)]
    [InlineData("+1+1.0", 1, 1)]
    [InlineData("+90+180", 90, 180)]
    [InlineData("-90-180", -90, -180)]
    [InlineData("+90.0-180.000", 90, -180)]
    [InlineData("-90.000000000000000+180.000000000000000", -90, 180)]
    [InlineData("+89.999999999999999+179.999999999999999", 90, 180)]
    [InlineData("-89.999999999999+099.999999999999", -89.999999999999, 99.999999999999)]
    [InlineData("+12.123456789012345-123.123456789012345", 12.123456789012345, -123.123456789012345)]
    [InlineData("+0.000000000000001-0.000000000000001", 1e-15, -1e-15)]
    [InlineData("+27.5916+086.5640", 27.5916, 86.5640)]
    public void TryParse_Valid_GivesDegrees(string field, double latitude, double longitude)
    {
        Assert.True(Position.IsValid(Bytes.Of(field)));
        Assert.True(Position.TryParse(Bytes.Of(field), out var position));
        Assert.Equal(new Position(latitude, longitude), position);
        Assert.True(field.Length <= Position.BytesMax);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData("++")]
    [InlineData("+-")]
    [InlineData("+1")]
    [InlineData("+1+")]
    [InlineData("+1-")]
    [InlineData("++1")]
    [InlineData("1+1")]
    [InlineData("+1 1")]
    [InlineData("34.068930-118.445127")]
    [InlineData("+34.068930118.445127")]
    [InlineData("+34.068930,-118.445127")]
    [InlineData("+34.068930-118.445127/")]
    [InlineData("+34.068930-118.445127+0")]
    [InlineData("+34.068930-118.445127+0.0/")]
    [InlineData("+34.068930-118.445127-")]
    [InlineData(" +34.068930-118.445127")]
    [InlineData("+34.068930-118.445127 ")]
    [InlineData("+34.068930 -118.445127")]
    [InlineData("+34.068930-118.445127\0")]
    [InlineData("+.5+.5")]
    [InlineData("+1.+1")]
    [InlineData("+1+1.")]
    [InlineData("+1+.5")]
    [InlineData("+1..5+1")]
    [InlineData("+1.5.5+1")]
    [InlineData("+1.5+1.5.5")]
    [InlineData("+1,5+1,5")]
    [InlineData("+1e1+1")]
    [InlineData("+1+1e1")]
    [InlineData("+1.5e0-1.5e0")]
    [InlineData("+1e+1")]
    [InlineData("+001+1")]
    [InlineData("+090+180")]
    [InlineData("+1+0001")]
    [InlineData("+1+0180")]
    [InlineData("+91+0")]
    [InlineData("-91+0")]
    [InlineData("+99.9+0")]
    [InlineData("+100+0")]
    [InlineData("+0+181")]
    [InlineData("+0-181")]
    [InlineData("+0+999")]
    [InlineData("+90.000000000000001+0")]
    [InlineData("-90.000000000000001+0")]
    [InlineData("+0+180.000000000000001")]
    [InlineData("+0-180.000000000000001")]
    [InlineData("+90.1+0")]
    [InlineData("+0-180.1")]
    [InlineData("+1.1234567890123456+1")]
    [InlineData("+1+1.1234567890123456")]
    [InlineData("+90.0000000000000000+1")]
    [InlineData("+1+180.0000000000000000")]
    [InlineData("+\u00B2+1")]
    [InlineData("+1/+1")]
    [InlineData("+1:+1")]
    [InlineData("\u00E2\u0088\u00921+1")]
    [InlineData("nan+nan")]
    [InlineData("+inf+inf")]
    [InlineData("+0x1+1")]
    public void TryParse_Invalid_IsRefused(string field)
    {
        Assert.False(Position.IsValid(Bytes.Of(field)));
        Assert.False(Position.TryParse(Bytes.Of(field), out var position));
        Assert.Equal(default, position);
    }

    [Fact]
    public void BytesMax_LongestPosition_FillsIt() =>
        Assert.Equal(Position.BytesMax, "+12.123456789012345-123.123456789012345".Length);

    [Fact]
    public void TryParse_RandomDegrees_AgreesWithTheReferenceGrammar() =>
        Gen.Select(Degrees, Degrees, Gen.OneOf("", "", "", "/", "+")).Sample(
            (latitude, longitude, behind) =>
            {
                var field = latitude + longitude + behind;
                var isValid = Position.TryParse(Bytes.Of(field), out var position);
                Assert.Equal(ReferenceGrammar.IsPosition(field), isValid);
                Assert.Equal(isValid, Position.IsValid(Bytes.Of(field)));
                if (!isValid)
                    return;
                Assert.Equal(double.Parse(latitude, CultureInfo.InvariantCulture), position.Latitude);
                Assert.Equal(double.Parse(longitude, CultureInfo.InvariantCulture), position.Longitude);
            },
            iter: 20_000);

    private static Gen<string> Degrees => Gen.Select(
        Gen.OneOf("+", "-", "+", "-", ""),
        Gen.OneOf<string>(
            Gen.OneOf("89", "90", "91", "179", "180", "181", "0", "00", "000", ""),
            Gen.Int[0, 1999].Select(whole => $"{whole}")),
        Gen.OneOf<string>(
            Gen.OneOf("", ".", ".0", ".000000000000000", ".000000000000001", ".0000000000000000"),
            Gen.Char['0', '9'].Array[1, 17].Select(digits => "." + new string(digits)))).Select(
        (sign, whole, fraction) => sign + whole + fraction);
}
