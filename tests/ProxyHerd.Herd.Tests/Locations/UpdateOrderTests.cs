using CsCheck;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Tests.Locations;

public sealed class UpdateOrderTests
{
    [Theory]
    [InlineData("AT Alford +5 kiwi +1+1 2", "AT Alford +1 kiwi +1+1 1")] // larger time, whatever the rest
    [InlineData("AT Z 0 kiwi +9+9 1.000000001", "AT A -9 kiwi +1+1 1")]
    [InlineData("AT Z -1 kiwi +9+9 1", "AT A 0 kiwi +1+1 1")] // smaller skew
    [InlineData("AT Z +0.000050000 kiwi +9+9 1", "AT A 5.0001e-05 kiwi +1+1 1")]
    [InlineData("AT A 1 kiwi +9+9 1", "AT B 1 kiwi +1+1 1")] // smaller server name, by its bytes
    [InlineData("AT A 1 kiwi +9+9 1", "AT Aa 1 kiwi +1+1 1")]
    [InlineData("AT B 1 kiwi +9+9 1", "AT a 1 kiwi +1+1 1")]
    [InlineData("AT Z 1 kiwi +9+9 1", "AT \xC4 1 kiwi +1+1 1")]
    [InlineData("AT A 1 kiwi +1+1 1.0", "AT A 1 kiwi -1+1 1")] // smaller position bytes
    [InlineData("AT A +1 kiwi +1+1 1", "AT A 1 kiwi +1+1 1")] // smaller line bytes
    [InlineData("AT A 1 kiwi +1+1 1", "AT A 1 kiwi +1+1 1.0")]
    public void IsNewer_EachRule_DecidesBeforeTheNext(string newer, string older)
    {
        Assert.True(IsNewer(newer, older));
        Assert.False(IsNewer(older, newer));
    }

    [Fact]
    public void IsNewer_AnyTwo_OneOfThreeHolds() => Gen.Select(UpdateLines.OfOneClient, UpdateLines.OfOneClient).Sample(
        (one, other) => Assert.Equal(one == other ? 0 : 1, (IsNewer(one, other) ? 1 : 0) + (IsNewer(other, one) ? 1 : 0)),
        iter: 20_000);

    [Fact]
    public void IsNewer_AnyThree_IsTransitive() =>
        Gen.Select(UpdateLines.OfOneClient, UpdateLines.OfOneClient, UpdateLines.OfOneClient).Sample(
            (a, b, c) => Assert.True(!IsNewer(a, b) || !IsNewer(b, c) || IsNewer(a, c)), iter: 50_000);

    [Fact]
    public void UpdateLines_AnyTwo_OftenTie()
    {
        var (times, skews, pairs) = (0, 0, 0);
        Gen.Select(UpdateLines.OfOneClient, UpdateLines.OfOneClient).Sample(
            (one, other) =>
            {
                Assert.True(AtLine.TryParse(Bytes.Of(one), out var a));
                Assert.True(AtLine.TryParse(Bytes.Of(other), out var b));
                Interlocked.Increment(ref pairs);
                Interlocked.Add(ref times, a.TimeNanoseconds == b.TimeNanoseconds ? 1 : 0);
                Interlocked.Add(ref skews, a.SkewNanoseconds == b.SkewNanoseconds ? 1 : 0);
            },
            iter: 10_000);
        Assert.InRange((double)times / pairs, 0.3, 1);
        Assert.InRange((double)skews / pairs, 0.3, 1);
    }

    private static bool IsNewer(string line, string other)
    {
        var (lineBytes, otherBytes) = (Bytes.Of(line), Bytes.Of(other));
        Assert.True(AtLine.TryParse(lineBytes, out var a), line);
        Assert.True(AtLine.TryParse(otherBytes, out var b), other);
        return UpdateOrder.IsNewer(a.TimeNanoseconds, a.SkewNanoseconds, lineBytes, b.TimeNanoseconds, b.SkewNanoseconds, otherBytes);
    }
}
