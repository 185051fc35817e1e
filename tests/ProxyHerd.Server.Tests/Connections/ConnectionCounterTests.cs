using System.Net;
using ProxyHerd.Server.Connections;
using Xunit;

namespace ProxyHerd.Server.Tests.Connections;

public sealed class ConnectionCounterTests
{
    private static readonly IPAddress A = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress B = IPAddress.Parse("192.0.2.2");

    [Fact]
    public void TryEnter_PlacesTakenAndGivenBack_CountsInAllAndByAddress()
    {
        var counter = new ConnectionCounter(new LimitsOptions { ConnectionsMax = 3, ConnectionsPerAddressMax = 2 });

        Assert.Null(counter.TryEnter(A));
        Assert.Null(counter.TryEnter(A));
        Assert.Equal("Limits:ConnectionsPerAddressMax (2) is reached", counter.TryEnter(A));
        Assert.Null(counter.TryEnter(B));
        Assert.Equal("Limits:ConnectionsMax (3) is reached", counter.TryEnter(B));

        counter.Leave(A);
        Assert.Null(counter.TryEnter(B));
        counter.Leave(B);
        counter.Leave(B);
        counter.Leave(A);
        Assert.Null(counter.TryEnter(A));
        Assert.Null(counter.TryEnter(A));
        Assert.NotNull(counter.TryEnter(A));
    }

    [Fact]
    public void TryEnter_FromManyThreads_NeverExceedsTheLimit()
    {
        var counter = new ConnectionCounter(new LimitsOptions { ConnectionsMax = 100, ConnectionsPerAddressMax = 70 });
        var entered = 0;

        Parallel.For(0, 1000, i =>
        {
            var address = i % 2 == 0 ? A : B;
            if (counter.TryEnter(address) is not null)
                return;
            Assert.InRange(Interlocked.Increment(ref entered), 1, 100);
            Interlocked.Decrement(ref entered);
            counter.Leave(address);
        });

        for (var i = 0; i < 70; i++)
            Assert.Null(counter.TryEnter(A));
        Assert.NotNull(counter.TryEnter(A));
        Assert.Null(counter.TryEnter(B));
    }
}
