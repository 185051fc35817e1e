using CsCheck;
using Xunit;

namespace ProxyHerd.Protocol.Tests;

public sealed class AtLineTests
{
    [Fact]
    public void TryParse_Sample_GivesFieldsByteForByte()
    {
        Assert.True(AtLine.TryParse(Bytes.Of(Samples.At), out var at));
        Assert.Equal("Alford", Bytes.Text(at.Server));
        Assert.Equal("+54.108893381", Bytes.Text(at.Skew));
        Assert.Equal("kiwi.cs.ucla.edu", Bytes.Text(at.ClientId));
        Assert.Equal("+34.068930-118.445127", Bytes.Text(at.Position));
        Assert.Equal("1400794645.392014450", Bytes.Text(at.Time));
        Assert.Equal(54_108_893_381, at.SkewNanoseconds);
        Assert.Equal(1_400_794_645_392_014_450, at.TimeNanoseconds);
    }

    // The skew is compared as a number and kept as bytes.
    [Theory]
    [InlineData("54.108893381", 54_108_893_381)]
    [InlineData("0563873386.239", 563_873_386_239_000_000)]
    [InlineData("+0.26327276229858398437500000000000000000001", 263_272_762)]
    [InlineData("+5.006e-05", 50_060)]
    [InlineData("5e-05", 50_000)]
    [InlineData("-1.5e+03", -1_500_000_000_000)]
    [InlineData("-4.76837158203125e-07", -476)]
    [InlineData("1", 1_000_000_000)]
    [InlineData("-0.0", 0)]
    [InlineData("+9223372035.999999999", 9_223_372_035_999_999_999)]
    public void TryParse_SkewOfAnotherMake_IsExactAndKeptAsItCame(string skew, long nanoseconds)
    {
        var line = $"AT Alford {skew} kiwi +34.068930-118.445127 1400794645.392014450";
        Assert.True(AtLine.TryParse(Bytes.Of(line), out var at));
        Assert.Equal(nanoseconds, at.SkewNanoseconds);
        Assert.Equal(skew, Bytes.Text(at.Skew));
        Assert.Equal(line, Normalised(line));
    }

    [Theory]
    [InlineData("AT a 1 b +1+1 1")]
    [InlineData("  AT  a  1  b  +1+1  1  ")]
    [InlineData("AT\ta\t1\tb\t+1+1\t1\t")]
    [InlineData("\rAT\va\f1\rb \t+1+1\v\f1\r\r")]
    [InlineData(" \t\r\v\fAT \t\r\v\fa \t\r\v\f1 \t\r\v\fb \t\r\v\f+1+1 \t\r\v\f1 \t\r\v\f")]
    public void CopyTo_AnySeparators_WritesSingleSpaces(string line) => Assert.Equal("AT a 1 b +1+1 1", Normalised(line));

    [Theory]
    [InlineData("AT")]
    [InlineData("AT a")]
    [InlineData("AT a 1")]
    [InlineData("AT a 1 b")]
    [InlineData("AT a 1 b +1+1")]
    [InlineData("AT 1 b +1+1 1")]
    [InlineData("AT a b +1+1 1")]
    [InlineData("AT a 1 +1+1 1")]
    [InlineData("AT a 1 b 1")]
    [InlineData("AT a 1 b +1+1 1 1")]
    [InlineData("AT a 1 b c +1+1 1")]
    [InlineData("AT a + 1 b +1+1 1")]
    [InlineData("at a 1 b +1+1 1")]
    [InlineData("At a 1 b +1+1 1")]
    [InlineData("ATa 1 b +1+1 1")]
    [InlineData("IAMAT a 1 b +1+1 1")]
    [InlineData("AT\u00C2\u00A0a 1 b +1+1 1")]
    [InlineData("AT a\u00C2\u00A01 b +1+1 1")]
    [InlineData("AT a 1\u00C2\u00A0b +1+1 1")]
    [InlineData("AT a\u0000 1 b +1+1 1")]
    [InlineData("AT a\u007F 1 b +1+1 1")]
    [InlineData("AT a 1 b\u0007 +1+1 1")]
    [InlineData("AT a 1 b +1+1 1\n")]
    [InlineData("AT\na 1 b +1+1 1")]
    [InlineData("AT a ++1 b +1+1 1")]
    [InlineData("AT a 1. b +1+1 1")]
    [InlineData("AT a .1 b +1+1 1")]
    [InlineData("AT a 1E5 b +1+1 1")]
    [InlineData("AT a 1e b +1+1 1")]
    [InlineData("AT a nan b +1+1 1")]
    [InlineData("AT a inf b +1+1 1")]
    [InlineData("AT a 1,5 b +1+1 1")]
    [InlineData("AT a 1e10 b +1+1 1")]
    [InlineData("AT a -1e10 b +1+1 1")]
    [InlineData("AT a 1e9999 b +1+1 1")]
    [InlineData("AT a 9223372036.854775808 b +1+1 1")]
    [InlineData("AT a 18446744073.709551616 b +1+1 1")]
    [InlineData("AT a 1 b +91+1 1")]
    [InlineData("AT a 1 b +90.000000000000001+1 1")]
    [InlineData("AT a 1 b 1+1 1")]
    [InlineData("AT a 1 b +1+1/ 1")]
    [InlineData("AT a 1 b +1+1 -1")]
    [InlineData("AT a 1 b +1+1 1e5")]
    [InlineData("AT a 1 b +1+1 1.0000000000")]
    [InlineData("AT a 1 b +1+1 9223372036")]
    public void TryParse_Invalid_IsRefused(string line) => Assert.False(AtLine.TryParse(Bytes.Of(line), out _));

    [Theory]
    [InlineData(64, 255, true)]
    [InlineData(65, 255, false)]
    [InlineData(64, 256, false)]
    [InlineData(1, 1, true)]
    [InlineData(65, 1, false)]
    [InlineData(255, 1, false)]
    public void TryParse_NameLengths_AreHeld(int server, int clientId, bool isValid) =>
        Assert.Equal(
            isValid,
            AtLine.TryParse(Bytes.Of($"AT {new string('\u00E9', server)} 1 {new string('\u00FF', clientId)} +1+1 1"), out _));

    // The limit is on what is stored and sent on, so any white space that is dropped on the way does not count.
    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(4096, false)]
    public void TryParse_AtAndOverBytesMax_CountsSingleSpaces(int beyond, bool isValid)
    {
        const string Rest = " b +1+1 1";
        var head = "AT a 0.";
        var line = head + new string('0', AtLine.BytesMax + beyond - head.Length - Rest.Length) + Rest;
        Assert.Equal(AtLine.BytesMax + beyond, line.Length);
        Assert.Equal(isValid, AtLine.TryParse(Bytes.Of(line), out _));
        Assert.Equal(isValid, AtLine.TryParse(Bytes.Of("  " + line.Replace(" ", " \t ", StringComparison.Ordinal)), out _));
    }

    [Fact]
    public void BytesMax_EveryFieldAtItsLongest_LeavesRoomForASkewOf3600Decimals()
    {
        var line = $"AT {new string('s', 64)} +9223372035.{new string('9', 3600)} {new string('c', 255)}"
            + " +12.123456789012345-123.123456789012345 1400794645.392014450";
        Assert.True(AtLine.TryParse(Bytes.Of(line), out var at));
        Assert.Equal(9_223_372_035_999_999_999, at.SkewNanoseconds);
        Assert.Equal(line, Normalised(line));
    }

    [Fact]
    public void From_AnyUpdate_CopiesAndParsesBackEqual() =>
        Gen.Select(Lines.Name(64), Gen.Long, Lines.Name(255), Lines.Position, Lines.Time, Lines.Separator).Sample(
            (server, skew, clientId, position, time, separator) =>
            {
                Assert.True(IamatLine.TryParse(Bytes.Of(string.Join(separator, "IAMAT", clientId, position, time)), out var iamat));
                var made = AtLine.From(Bytes.Of(server), skew, iamat, stackalloc byte[PosixTime.SkewBytesMax]);
                var text = Text(made);
                Assert.Equal($"AT {server} {Bytes.Text(made.Skew)} {clientId} {position} {time}", text);

                Assert.True(AtLine.TryParse(Bytes.Of(text), out var parsed));
                Assert.Equal(skew, parsed.SkewNanoseconds);
                Assert.Equal(iamat.TimeNanoseconds, parsed.TimeNanoseconds);
                Assert.Equal(made.TimeNanoseconds, parsed.TimeNanoseconds);
                Assert.Equal(text, Text(parsed));
                Assert.Equal(text.IndexOf($" {clientId} ", 3 + server.Length, StringComparison.Ordinal) + 1, parsed.ClientIdOffset);
            },
            iter: 5_000);

    [Theory]
    [InlineData(long.MinValue, "-9223372036.854775808")]
    [InlineData(long.MaxValue, "+9223372036.854775807")]
    [InlineData(0, "+0.000000000")]
    [InlineData(-5, "-0.000000005")]
    public void From_SkewAtItsLimits_ParsesBackEqual(long skew, string expected)
    {
        Assert.True(IamatLine.TryParse(Bytes.Of(Samples.Iamat), out var iamat));
        var text = Text(AtLine.From("Alford"u8, skew, iamat, stackalloc byte[PosixTime.SkewBytesMax]));
        Assert.Equal($"AT Alford {expected} {Samples.Iamat["IAMAT ".Length..]}", text);
        Assert.True(AtLine.TryParse(Bytes.Of(text), out var parsed));
        Assert.Equal(skew, parsed.SkewNanoseconds);
    }

    [Fact]
    public void CopyTo_RoomOfExactlyLength_FillsIt()
    {
        Assert.True(AtLine.TryParse(Bytes.Of(" " + Samples.At.Replace(" ", "  ", StringComparison.Ordinal)), out var at));
        Assert.Equal(Samples.At.Length, at.Length);
        var room = new byte[at.Length];
        Assert.Equal(at.Length, at.CopyTo(room));
        Assert.Equal(Samples.At, Bytes.Text(room));
    }

    private static string Normalised(string line)
    {
        Assert.True(AtLine.TryParse(Bytes.Of(line), out var at));
        return Text(at);
    }

    private static string Text(AtLine at)
    {
        var room = new byte[at.Length];
        Assert.Equal(at.Length, at.CopyTo(room));
        return Bytes.Text(room);
    }
}
