using ProxyHerd.Server.Connections;
using Xunit;

namespace ProxyHerd.Server.Tests.Connections;

public sealed class OnceAMinuteTests
{
    [Fact]
    public void IsDue_ManyEvents_LetsOneAMinuteThroughAndCountsTheRest()
    {
        var time = new ManualTime();
        var log = new OnceAMinute(time);

        Assert.True(log.IsDue(out var passedOver));
        Assert.Equal(0, passedOver);
        Assert.False(log.IsDue(out _));
        Assert.False(log.IsDue(out _));

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(log.IsDue(out passedOver));
        Assert.Equal(2, passedOver);
        Assert.False(log.IsDue(out _));

        time.Advance(TimeSpan.FromHours(1));
        Assert.True(log.IsDue(out passedOver));
        Assert.Equal(1, passedOver);

        time.Advance(TimeSpan.FromHours(1));
        Assert.True(log.IsDue(out passedOver));
        Assert.Equal(0, passedOver);
    }
}
