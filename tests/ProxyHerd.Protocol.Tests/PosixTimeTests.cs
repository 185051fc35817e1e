using System.Globalization;
using CsCheck;
using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class PosixTimeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("00", 0)]
    [InlineData("0.0", 0)]
    [InlineData("1", 1_000_000_000)]
    [InlineData("0000000001", 1_000_000_000)]
    [InlineData("0.1", 100_000_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("0.123456789", 123_456_789)]
    [InlineData("1400794645.392014450", 1_400_794_645_392_014_450)]
    [InlineData("1400794645.39201445", 1_400_794_645_392_014_450)]
    [InlineData("1400794645", 1_400_794_645_000_000_000)]
    [InlineData("9223372035", 9_223_372_035_000_000_000)]
    [InlineData("9223372035.999999999", 9_223_372_035_999_999_999)]
    public void TryParse_Valid_GivesExactNanoseconds(string field, long expected)
    {
        Assert.True(PosixTime.TryParse(Bytes.Of(field), out var nanoseconds));
        Assert.Equal(expected, nanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("-0")]
    [InlineData("1.-1")]
    [InlineData("1,5")]
    [InlineData("1.5.5")]
    [InlineData("1..5")]
    [InlineData("1e9")]
    [InlineData("1.5e1")]
    [InlineData("0x10")]
    [InlineData("1_000")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("1.0\0")]
    [InlineData("inf")]
    [InlineData("nan")]
    [InlineData("0.1234567890")]
    [InlineData("1400794645.3920144500")]
    [InlineData("00000000001")]
    [InlineData("9223372036")]
    [InlineData("9223372036.0")]
    [InlineData("9223372036.854775807")]
    [InlineData("9999999999.999999999")]
    [InlineData("10000000000")]
    [InlineData("18446744073709551617")]
    [InlineData("\u00B2")]
    [InlineData("/")]
    [InlineData(":")]
    public void TryParse_Invalid_IsRefused(string field) => Assert.False(PosixTime.TryParse(Bytes.Of(field), out _));

    [Theory]
    [InlineData("+54.108893381", 54_108_893_381)]
    [InlineData("-54.108893381", -54_108_893_381)]
    [InlineData("54.108893381", 54_108_893_381)]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("+0.0", 0)]
    [InlineData("0563873386.239", 563_873_386_239_000_000)]
    [InlineData("+1.5", 1_500_000_000)]
    [InlineData("0.000000001", 1)]
    [InlineData("-0.000000001", -1)]
    [InlineData("0.0000000019999999999999999999999999999999", 1)]
    [InlineData("-0.0000000019999999999999999999999999999999", -1)]
    [InlineData("0.000000000999", 0)]
    [InlineData("54.10889338099999999999999999999999999999", 54_108_893_380)]
    [InlineData("+5.006e-05", 50_060)]
    [InlineData("5e-05", 50_000)]
    [InlineData("5e-5", 50_000)]
    [InlineData("-5.0067901611328125e-05", -50_067)]
    [InlineData("-1.5e+03", -1_500_000_000_000)]
    [InlineData("1.5e3", 1_500_000_000_000)]
    [InlineData("1e0", 1_000_000_000)]
    [InlineData("1e-9", 1)]
    [InlineData("123e-11", 1)]
    [InlineData("1e-10", 0)]
    [InlineData("9e-9999", 0)]
    [InlineData("0e9999", 0)]
    [InlineData("0.000000000000e+9999", 0)]
    [InlineData("0.000005e5", 500_000_000)]
    [InlineData("0.00000000000000000001e20", 1_000_000_000)]
    [InlineData("00000000000000000000000000000001", 1_000_000_000)]
    [InlineData("123456789000000000000000000000e-20", 1_234_567_890_000_000_000)]
    [InlineData("+9223372035.999999999", 9_223_372_035_999_999_999)]
    [InlineData("+9223372036.854775807", long.MaxValue)]
    [InlineData("+9223372036.8547758079", long.MaxValue)]
    [InlineData("9.223372036854775807e9", long.MaxValue)]
    [InlineData("-9223372036.854775808", long.MinValue)]
    public void TryParseSkew_OfAnyMake_GivesExactNanoseconds(string field, long expected)
    {
        Assert.True(PosixTime.TryParseSkew(Bytes.Of(field), out var nanoseconds));
        Assert.Equal(expected, nanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("+.")]
    [InlineData("1.")]
    [InlineData("+1.")]
    [InlineData(".5")]
    [InlineData("-.5")]
    [InlineData("++1")]
    [InlineData("+-1")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData("1+1")]
    [InlineData("1.2.3")]
    [InlineData("1..2")]
    [InlineData("1,5")]
    [InlineData("e5")]
    [InlineData("+e5")]
    [InlineData(".e5")]
    [InlineData("1.e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e-")]
    [InlineData("1e+-5")]
    [InlineData("1e5e5")]
    [InlineData("1e5.0")]
    [InlineData("1e.5")]
    [InlineData("1e 5")]
    [InlineData("1e00005")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("1E5")]
    [InlineData("0x1")]
    [InlineData("inf")]
    [InlineData("-nan")]
    [InlineData("1s")]
    [InlineData("1.5s")]
    [InlineData("1\0")]
    [InlineData("0.0000000001x")]
    [InlineData("1e-20x")]
    [InlineData("9223372036.854775808")]
    [InlineData("-9223372036.854775809")]
    [InlineData("9223372037")]
    [InlineData("10000000000")]
    [InlineData("1e10")]
    [InlineData("-1e10")]
    [InlineData("1e9999")]
    [InlineData("0.1e11")]
    [InlineData("18446744073.709551616")]
    [InlineData("18446744073.709551617")]
    [InlineData("99999999999999999999999999999999999999")]
    public void TryParseSkew_Invalid_IsRefused(string field) => Assert.False(PosixTime.TryParseSkew(Bytes.Of(field), out _));

    [Theory]
    [InlineData(0, "+0.000000000")]
    [InlineData(1, "+0.000000001")]
    [InlineData(-1, "-0.000000001")]
    [InlineData(54_108_893_381, "+54.108893381")]
    [InlineData(-999_999_999, "-0.999999999")]
    [InlineData(-1_000_000_000, "-1.000000000")]
    [InlineData(long.MaxValue, "+9223372036.854775807")]
    [InlineData(long.MinValue, "-9223372036.854775808")]
    [InlineData(long.MinValue + 1, "-9223372036.854775807")]
    public void FormatSkew_AnyValue_HasASignAndNineDecimals(long nanoseconds, string expected) =>
        Assert.Equal(expected, FormatSkew(nanoseconds));

    [Fact]
    public void FormatSkew_RandomValues_AgreesWithDecimalArithmeticAndParsesBack() =>
        AnyLong.Sample(
            nanoseconds =>
            {
                var seconds = Math.Abs((decimal)nanoseconds) / 1_000_000_000m;
                var expected = (nanoseconds < 0 ? "-" : "+") + seconds.ToString("0.000000000", CultureInfo.InvariantCulture);
                Assert.Equal(expected, FormatSkew(nanoseconds));
                Assert.True(PosixTime.TryParseSkew(Bytes.Of(expected), out var parsed));
                Assert.Equal(nanoseconds, parsed);
            },
            iter: 20_000);

    [Fact]
    public void TryParseSkew_RandomDecimalsAndExponents_AgreesWithWideArithmetic() =>
        Gen.Select(
            Gen.OneOf("", "+", "-"),
            Gen.Char['0', '9'].Array[1, 14],
            Gen.Char['0', '9'].Array[0, 24],
            Gen.OneOf<string>(Gen.Const(""), Gen.Int[-30, 20].Select(e => "e" + e), Gen.Int[0, 12].Select(e => $"e+{e:00}"))).Sample(
            (sign, whole, fraction, exponent) =>
            {
                var field = sign + new string(whole) + (fraction.Length > 0 ? "." + new string(fraction) : "") + exponent;
                var isValid = ReferenceGrammar.TryParseSkew(field, out var expected);
                Assert.Equal(isValid, PosixTime.TryParseSkew(Bytes.Of(field), out var nanoseconds));
                if (isValid)
                    Assert.Equal(expected, nanoseconds);
            },
            iter: 20_000);

    [Fact]
    public void Format_RandomTimes_AgreesWithDecimalArithmeticAndParsesBack() =>
        Gen.OneOf<long>(Gen.Long[0, (PosixTime.SecondsLimit * PosixTime.NanosecondsPerSecond) - 1], Gen.Long[0, 3_000_000_000]).Sample(
            nanoseconds =>
            {
                Span<byte> text = stackalloc byte[20];
                text = text[..PosixTime.Format(nanoseconds, text)];
                Assert.Equal((nanoseconds / 1_000_000_000m).ToString("0.000000000", CultureInfo.InvariantCulture), Bytes.Text(text));
                Assert.True(PosixTime.TryParse(text, out var parsed));
                Assert.Equal(nanoseconds, parsed);
            },
            iter: 20_000);

    private static Gen<long> AnyLong => Gen.OneOf<long>(
        Gen.Long,
        Gen.Long[-3_000_000_000, 3_000_000_000],
        Gen.Long[long.MinValue, long.MinValue + 20],
        Gen.Long[long.MaxValue - 20, long.MaxValue]);

    private static string FormatSkew(long nanoseconds)
    {
        Span<byte> text = stackalloc byte[PosixTime.SkewBytesMax];
        return Bytes.Text(text[..PosixTime.FormatSkew(nanoseconds, text)]);
    }
}
