using System.Net;
using System.Net.Sockets;
using ProxyHerd.Server.Dialling;
using Xunit;

namespace ProxyHerd.Server.Tests.Dialling;

public sealed class SystemHostLookupTests
{
    private readonly SystemHostLookup _hosts = new(TimeProvider.System);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", true)]
    [InlineData("localhost", "127.0.0.1", true)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("2001:db8::1", "2001:db8:0::1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("localhost", "192.0.2.7", false)]
    [InlineData("no.such.host.invalid", "127.0.0.1", false)]
    [InlineData("0.0.0.0", "127.0.0.1", false)]
    [InlineData("0.0.0.0", "0.0.0.0", false)]
    public async Task IsHostOfAsync_HostAndPeer_TellsWhetherTheyAreOne(string host, string peer, bool isHost)
    {
        // The second answer comes from memory.
        Assert.Equal(isHost, await _hosts.IsHostOfAsync(host, new IPEndPoint(IPAddress.Parse(peer), 4711)));
        Assert.Equal(isHost, await _hosts.IsHostOfAsync(host, new IPEndPoint(IPAddress.Parse(peer), 4712)));
    }

    [Fact]
    public async Task IsHostOfAsync_HostNameTooLong_IsNobodys() =>
        Assert.False(await _hosts.IsHostOfAsync(new string('a', 300), new IPEndPoint(IPAddress.Loopback, 1)));

    [Fact]
    public async Task IsHostOfAsync_PeerWithoutAnAddress_IsNobodys() =>
        Assert.False(await _hosts.IsHostOfAsync("127.0.0.1", new UnixDomainSocketEndPoint("/tmp/none")));
}
