using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ProxyHerd.Server.Tests.Connections;

public sealed class ConnectionLimitsTests
{
    [Fact]
    public async Task ConnectionsMax_Reached_ClosesFurtherOnesAtOnceAndLogsOne()
    {
        await using var server = new ServerFactory([("Limits:ConnectionsMax", "2")]);
        using var first = await TalkingAsync(server);
        using var second = await TalkingAsync(server, from: "127.0.0.2");

        for (var i = 0; i < 3; i++)
            await AssertIsRefusedAsync(server);

        var entry = Assert.Single(server.Logged("is refused"));
        Assert.Contains("Warning", entry, StringComparison.Ordinal);
        Assert.Contains("Limits:ConnectionsMax (2) is reached", entry, StringComparison.Ordinal);
        await first.SendAsync("bar\n");
        Assert.Equal("? bar", await first.ReceiveLineAsync());
    }

    [Fact]
    public async Task ConnectionsPerAddressMax_Reached_ClosesThatAddressAlone()
    {
        await using var server = new ServerFactory([("Limits:ConnectionsPerAddressMax", "1")]);
        using var first = await TalkingAsync(server);

        await AssertIsRefusedAsync(server);
        using var other = await TalkingAsync(server, from: "127.0.0.2");

        Assert.Contains(
            "Limits:ConnectionsPerAddressMax (1) is reached", Assert.Single(server.Logged("is refused")), StringComparison.Ordinal);
    }

    /// <summary>However a connection ends, its place is free again.</summary>
    [Theory]
    [InlineData("closes")]
    [InlineData("half-closes")]
    [InlineData("resets")]
    [InlineData("sends a line too long")]
    public async Task Place_ConnectionEnds_IsGivenBack(string how)
    {
        await using var server = new ServerFactory([("Limits:ConnectionsMax", "1"), ("Limits:ConnectionsPerAddressMax", "1")]);

        for (var i = 0; i < 3; i++)
        {
            using var client = await Eventually.GetAsync($"a place after one that {how}", () => TryTalkAsync(server), talking => talking is not null);
            await EndAsync(client!, how);
        }

        using var last = await Eventually.GetAsync($"a place after one that {how}", () => TryTalkAsync(server), talking => talking is not null);
    }

    /// <summary>Those that never say a line of ours. There is a place for the first of them for certain.</summary>
    [Theory]
    [InlineData("says nothing and closes")]
    [InlineData("says nothing and resets")]
    [InlineData("speaks HTTP")]
    public async Task Place_StrangerEnds_IsGivenBack(string how)
    {
        await using var server = new ServerFactory([("Limits:ConnectionsMax", "1"), ("Limits:ConnectionsPerAddressMax", "1")]);
        using (var stranger = await LineClient.ConnectAsync(server.Lines))
            await EndAsync(stranger, how);

        using var next = await Eventually.GetAsync($"a place after one that {how}", () => TryTalkAsync(server), talking => talking is not null);
    }

    [Fact]
    public async Task Place_SilentConnection_TakesOne()
    {
        await using var server = new ServerFactory([("Limits:ConnectionsMax", "1")]);
        using var silent = await LineClient.ConnectAsync(server.Lines);

        await Eventually.GetAsync(
            "a refusal",
            async () =>
            {
                using var talking = await TryTalkAsync(server);
                return talking;
            },
            talking => talking is null);
    }

    /// <summary>Neighbours get in however many clients there are.</summary>
    [Fact]
    public async Task LinkPort_ConnectionsMaxReached_StillTakesConnections()
    {
        await using var server = new ServerFactory([("Limits:ConnectionsMax", "1"), ("Herd:Servers:Alford:LinkPort", "0")]);
        using var client = await TalkingAsync(server);

        Assert.Equal("? foo\n", await LineClient.AskAsync(server.Links, "foo\n"));
        Assert.Equal("? foo\n", await LineClient.AskAsync(server.Links, "foo\n"));
    }

    /// <summary>
    /// Each connection is a file of the process, and without files it ends: whoever reaches the port could end it by doing nothing.
    /// Another address is served all the while, and so are clients.
    /// </summary>
    [Theory]
    [InlineData("HTTP", 100, "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 200 OK\r")]
    [InlineData("link", 1000, "foo\n", "? foo")]
    public async Task OtherPorts_OneAddressOpensTooMany_AreClosedToItAlone(string endpoint, int perAddressMax, string request, string answer)
    {
        // Time stands still for links: who says nothing to their port is else gone after five seconds. Kestrel has a time of its own,
        // and lets HTTP wait for more than two minutes.
        var time = endpoint == "HTTP" ? TimeProvider.System : new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var server = new ServerFactory([("Herd:Servers:Alford:LinkPort", "0")], services => services.AddSingleton(time));
        var port = endpoint == "HTTP" ? server.HttpPort : server.Links;
        var silent = new List<LineClient>();
        try
        {
            for (var i = 0; i < perAddressMax; i++)
                silent.Add(await LineClient.ConnectAsync(port, from: "127.0.0.2"));

            // Whatever ends one of them meanwhile, another takes its place.
            while (await AskAsync("127.0.0.2") is { } line)
            {
                Assert.Equal(answer, line);
                Assert.InRange(silent.Count, perAddressMax, 2 * perAddressMax);
                silent.Add(await LineClient.ConnectAsync(port, from: "127.0.0.2"));
            }

            await Eventually.BeAsync("as many as may be", () => silent.Count(static client => !client.HasEnded) == perAddressMax);
            Assert.Equal(answer, await AskAsync("127.0.0.3"));
            Assert.Contains($"to the {endpoint} port is refused: it takes ", Assert.Single(server.Logged("is refused")), StringComparison.Ordinal);
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }

        await Eventually.GetAsync("a place again", () => AskAsync("127.0.0.2"), line => line == answer);

        async Task<string?> AskAsync(string from)
        {
            try
            {
                using var client = await LineClient.ConnectAsync(port, from);
                await client.SendAsync(request);
                return await client.ReceiveLineAsync();
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                return null;
            }
        }
    }

    private static async Task EndAsync(LineClient client, string how)
    {
        switch (how)
        {
            case "half-closes":
                client.HalfClose();
                await client.ReceiveEndAsync();
                break;
            case "resets" or "says nothing and resets":
                client.Reset();
                break;
            case "speaks HTTP":
                await client.SendAsync("GET / HTTP/1.1\r\n\r\n");
                await client.ReceiveEndAsync();
                break;
            case "sends a line too long":
                await client.SendAsync(new string('x', 5000));
                Assert.StartsWith("? xxx", await client.ReceiveLineAsync(), StringComparison.Ordinal);
                break;
        }
    }

    /// <summary>A client that has a place for certain: it was answered.</summary>
    private static async Task<LineClient> TalkingAsync(ServerFactory server, string from = "127.0.0.1")
    {
        var client = await LineClient.ConnectAsync(server.Lines, from);
        await client.SendAsync("foo\n");
        Assert.Equal("? foo", await client.ReceiveLineAsync());
        return client;
    }

    /// <summary>The reset may be there before the connection is seen to be made.</summary>
    private static async Task AssertIsRefusedAsync(ServerFactory server)
    {
        try
        {
            using var refused = await LineClient.ConnectAsync(server.Lines);
            await refused.ReceiveEndAsync();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    /// <returns>A client that was answered; null if there was no place for it.</returns>
    private static async Task<LineClient?> TryTalkAsync(ServerFactory server)
    {
        LineClient? client = null;
        try
        {
            client = await LineClient.ConnectAsync(server.Lines);
            await client.SendAsync("foo\n");
            await client.ReceiveLineAsync();
            return client;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            client?.Dispose();
            return null;
        }
    }
}
