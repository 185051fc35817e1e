using ProxyHerd.Server.Http;
using Xunit;

namespace ProxyHerd.Server.Tests.Http;

public sealed class HealthAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:14000/health/ready")]
    [InlineData("0.0.0.0", "http://127.0.0.1:14000/health/ready")]
    [InlineData("::", "http://127.0.0.1:14000/health/ready")]
    [InlineData("::1", "http://[::1]:14000/health/ready")]
    [InlineData("127.0.0.2", "http://127.0.0.2:14000/health/ready")]
    [InlineData("192.0.2.7", "http://192.0.2.7:14000/health/ready")]
    [InlineData("2001:db8::7", "http://[2001:db8::7]:14000/health/ready")]
    public void Of_Listen_IsWhereThatListens(string listen, string expected)
    {
        using var file = new HerdFile(("Alford", 14000));

        Assert.Equal(expected, HealthAddress.Of(file.Load($"--Herd:Listen={listen}"), "Alford").AbsoluteUri);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/health/ready")]
    [InlineData("http://*:8080", "http://127.0.0.1:8080/health/ready")]
    [InlineData("http://localhost:8080", "http://127.0.0.1:8080/health/ready")]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080/health/ready")]
    [InlineData("http://[::]:8080", "http://127.0.0.1:8080/health/ready")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080/health/ready")]
    [InlineData("http://192.0.2.7:8080", "http://192.0.2.7:8080/health/ready")]
    [InlineData("https://*:8443", "https://127.0.0.1:8443/health/ready")]
    [InlineData("HTTPS://192.0.2.7:8443", "https://192.0.2.7:8443/health/ready")]
    public void Of_EndpointOfKestrel_ReplacesListenAndPort(string url, string expected)
    {
        using var file = new HerdFile(("Alford", 14000));
        var configuration = file.Load("--Herd:Listen=192.0.2.1", $"--Kestrel:Endpoints:Http:Url={url}");

        Assert.Equal(expected, HealthAddress.Of(configuration, "Alford").AbsoluteUri);
    }
}
