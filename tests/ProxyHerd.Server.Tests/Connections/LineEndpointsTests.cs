using Microsoft.AspNetCore.Http;
using ProxyHerd.Server.Connections;
using Xunit;

namespace ProxyHerd.Server.Tests.Connections;

public sealed class LineEndpointsTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::1", "[::1]")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("::", "[::]")]
    [InlineData("[::]", "[::]")]
    [InlineData("2001:db8::7", "[2001:db8::7]")]
    public void Url_AddressAsWritten_IsOneThatKestrelReadsAsAddress(string listen, string host)
    {
        var bound = BindingAddress.Parse(LineEndpoints.Url(listen, 13000));

        Assert.Equal((host, 13000), (bound.Host, bound.Port));
    }
}
