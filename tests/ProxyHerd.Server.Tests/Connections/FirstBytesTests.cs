using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace ProxyHerd.Server.Tests.Connections;

public sealed class FirstBytesTests
{
    private const string LogEntry = "to a port for lines; it is closed";

    [Fact]
    public async Task Connection_ForeignFirst_ClosesWithoutAWord()
    {
        await using var server = new ServerFactory();

        foreach (var bytes in new[]
        {
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 17\r\n\r\nIAMAT a +1+1 1\n\r\n",
            "OPTIONS * HTTP/1.1\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
        })
        {
            using var client = await LineClient.ConnectAsync(server.Lines);
            await client.SendAsync(bytes);
            await client.ReceiveEndAsync();
        }

        Assert.Equal("? foo\n", await LineClient.AskAsync(server.Lines, "foo\n"));
        Assert.Equal("? WHATSAT a 1 1\n", await LineClient.AskAsync(server.Lines, "WHATSAT a 1 1\n"));
    }

    /// <summary>A page's script may send what it likes behind a request line of any length.</summary>
    [Theory]
    [InlineData(4000)]
    [InlineData(5000)]
    [InlineData(8100)]
    public async Task Connection_LongRequestLineInPieces_NeverReachesTheProtocol(int length)
    {
        await using var server = new ServerFactory([("Limits:LineBytesMax", "8192")]);
        using var client = await LineClient.ConnectAsync(server.Lines);

        foreach (var character in $"POST /{new string('x', length)}".Chunk(1000))
        {
            await client.SendAsync(new string(character));
            Assert.Equal("? foo\n", await LineClient.AskAsync(server.Lines, "foo\n"));
        }

        await client.SendAsync(" HTTP/1.1\r\n\r\nIAMAT a +1+1 1\n");
        await client.ReceiveEndAsync();
        Assert.Equal("? WHATSAT a 1 1\n", await LineClient.AskAsync(server.Lines, "WHATSAT a 1 1\n"));
    }

    [Theory]
    [InlineData("IAMAT a +1+1 1\nGET / HTTP/1.1\n", "AT Alford ", "\n? GET / HTTP/1.1\n")]
    [InlineData("\nGET / HTTP/1.1\n", "? GET ", "/ HTTP/1.1\n")]
    [InlineData("GET foo\nGET / HTTP/1.1\n", "? GET foo\n", "? GET / HTTP/1.1\n")]
    public async Task Connection_LinesFirst_PassUntouched(string sent, string start, string end)
    {
        await using var server = new ServerFactory();

        var reply = await LineClient.AskAsync(server.Lines, sent);

        Assert.StartsWith(start, reply, StringComparison.Ordinal);
        Assert.EndsWith(end, reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_OneByteAtATime_IsAnsweredAsAWhole()
    {
        await using var server = new ServerFactory();
        using var client = await LineClient.ConnectAsync(server.Lines);

        foreach (var character in "GET foo\nIAMAT a +1+1 1\n")
            await client.SendAsync(character.ToString());

        Assert.Equal("? GET foo", await client.ReceiveLineAsync());
        Assert.EndsWith(" a +1+1 1", await client.ReceiveLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_ManyForeign_AreLoggedOnceAMinute()
    {
        var time = new ManualTime();
        await using var server = new ServerFactory(services: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)));

        await SendForeignAsync(server, times: 3);
        await Eventually.BeAsync("the log entry", () => server.Logged(LogEntry).Length == 1);
        Assert.Contains("Information 127.0.0.1:", server.Logged(LogEntry)[0], StringComparison.Ordinal);
        Assert.Contains("sent an HTTP request", server.Logged(LogEntry)[0], StringComparison.Ordinal);

        time.Advance(TimeSpan.FromMinutes(1));
        await SendForeignAsync(server, times: 3);
        await Eventually.BeAsync("the second log entry", () => server.Logged(LogEntry).Length == 2);
        Assert.Contains("(2 more since the last such line)", server.Logged(LogEntry)[1], StringComparison.Ordinal);
    }

    /// <summary>Kestrel waits for its connections without a limit here: one that would not end, would let this fail.</summary>
    [Fact]
    public async Task Stop_IdleConnections_DoNotHoldItUp()
    {
        await using var server = new ServerFactory();
        using var silent = await LineClient.ConnectAsync(server.Lines);
        using var unsure = await LineClient.ConnectAsync(server.Lines);
        using var midLine = await LineClient.ConnectAsync(server.Lines);
        using var quiet = await LineClient.ConnectAsync(server.Lines);
        await unsure.SendAsync("GET");
        await midLine.SendAsync("foo\nIAMAT a +1");
        await quiet.SendAsync("foo\n");
        Assert.Equal("? foo", await midLine.ReceiveLineAsync());
        Assert.Equal("? foo", await quiet.ReceiveLineAsync());

        await Eventually.EndAsync("the stop", server.Services.GetRequiredService<IServer>().StopAsync(CancellationToken.None));

        foreach (var client in new[] { silent, unsure, midLine, quiet })
            await client.ReceiveEndAsync();
    }

    private static async Task SendForeignAsync(ServerFactory server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = await LineClient.ConnectAsync(server.Lines);
            await client.SendAsync("GET / HTTP/1.1\r\n\r\n");
            await client.ReceiveEndAsync();
        }
    }
}
