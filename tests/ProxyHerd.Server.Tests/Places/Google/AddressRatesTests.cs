using System.Net;
using ProxyHerd.Server.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>Limits by address. One question a second is the slowest, so that none comes back while a test counts.</summary>
public sealed class AddressRatesTests
{
    [Fact]
    public void TryTake_Burst_IsAllThatIsLetThroughAtOnce()
    {
        var rates = new AddressRates(perSecondMax: 1, burstMax: 20);

        Assert.InRange(Enumerable.Range(0, 1_000).Count(_ => rates.TryTake(IPAddress.Loopback)), 20, 21);
    }

    [Fact]
    public async Task TryTake_AfterAWhile_LetsThroughAgain()
    {
        var rates = new AddressRates(perSecondMax: 20, burstMax: 1);
        Assert.True(rates.TryTake(IPAddress.Loopback));

        await Eventually.BeAsync("the next question", () => rates.TryTake(IPAddress.Loopback));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", false)]
    [InlineData("192.0.2.1", "192.0.2.2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", true)]
    public void TryTake_AnotherAddress_IsTheSameWithinItsNetwork(string first, string second, bool isLetThrough)
    {
        var rates = new AddressRates(perSecondMax: 1, burstMax: 1);
        Assert.True(rates.TryTake(IPAddress.Parse(first)));

        Assert.Equal(isLetThrough, rates.TryTake(IPAddress.Parse(second)));
    }

    [Fact]
    public void TryTake_NoLimitOrNoAddress_IsAlwaysLetThrough()
    {
        var unlimited = new AddressRates(perSecondMax: 0, burstMax: 1);
        var rates = new AddressRates(perSecondMax: 1, burstMax: 1);
        for (var i = 0; i < 100; i++)
        {
            Assert.True(unlimited.TryTake(IPAddress.Loopback));
            Assert.True(rates.TryTake(null));
        }
    }

    /// <summary>Past the addresses that are remembered all share one limit: no crowd of addresses takes more memory or more questions.</summary>
    [Fact]
    public void TryTake_MoreAddressesThanAreRemembered_ShareOneLimit()
    {
        var rates = new AddressRates(perSecondMax: 1, burstMax: 2, addressesMax: 10);

        var letThrough = Enumerable.Range(0, 250).Count(i => rates.TryTake(new IPAddress([10, 0, 0, (byte)i])));

        Assert.InRange(letThrough, 12, 14);
    }

    /// <summary>Who could ask fully again need not be remembered.</summary>
    [Fact]
    public async Task TryTake_RememberedThatHaveTheirQuestionsBack_MakeRoom()
    {
        var rates = new AddressRates(perSecondMax: 1, burstMax: 1, addressesMax: 1);
        Assert.True(rates.TryTake(IPAddress.Parse("192.0.2.1")));
        Assert.True(rates.TryTake(IPAddress.Parse("192.0.2.2")));

        // The one that all others share has its question back too, so two at once are the sign.
        await Eventually.BeAsync(
            "room", () => rates.TryTake(IPAddress.Parse("192.0.2.3")) && rates.TryTake(IPAddress.Parse("192.0.2.4")));
    }
}
