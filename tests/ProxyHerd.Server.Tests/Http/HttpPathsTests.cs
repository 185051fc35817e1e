using System.Net;
using Xunit;

namespace ProxyHerd.Server.Tests.Http;

public sealed class HttpPathsTests
{
    [Theory]
    [InlineData("/health/live", "Healthy")]
    [InlineData("/health/live/", "Healthy")]
    [InlineData("/HEALTH/Ready", "Healthy")]
    [InlineData("/health/ready?verbose=1", "Healthy")]
    [InlineData("/herd", "\"server\": \"Alford\"")]
    [InlineData("/Herd/", "\"server\": \"Alford\"")]
    [InlineData("/metrics", "proxyherd_clients")]
    [InlineData("/metrics/", "proxyherd_clients")]
    public async Task Get_KnownPath_IsAnswered(string path, string expected)
    {
        await using var server = new ServerFactory();

        // The first metrics of a server may be scraped before any are there.
        var text = await Eventually.GetAsync(path, () => server.Http.GetStringAsync(path), text => text.Length > 0);

        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "//")]
    [InlineData("GET", "/herd/kiwi")]
    [InlineData("GET", "/herd//")]
    [InlineData("GET", "/herds")]
    [InlineData("GET", "/health")]
    [InlineData("GET", "/metrics/kiwi")]
    [InlineData("POST", "/kiwi")]
    public async Task Send_OtherPath_IsNotFound(string method, string path)
    {
        await using var server = new ServerFactory();

        using var response = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri($"http://127.0.0.1:{server.HttpPort}{path}")));

        Assert.Equal((HttpStatusCode.NotFound, ""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("OPTIONS")]
    [InlineData("KIWI")]
    public async Task Send_HerdByOtherMethod_IsNotAllowed(string method)
    {
        await using var server = new ServerFactory();

        using var response = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/herd"));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/herd")]
    [InlineData("/health/live")]
    [InlineData("/metrics")]
    public async Task Head_KnownPath_HasNoBody(string path)
    {
        await using var server = new ServerFactory();

        using var response = await server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal((HttpStatusCode.OK, ""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }
}
