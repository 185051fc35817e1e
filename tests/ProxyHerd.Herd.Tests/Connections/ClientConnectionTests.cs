using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Locations;

namespace ProxyHerd.Herd.Tests.Connections;

public sealed class ClientConnectionTests
{
    private const string Iamat = "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450";
    private const string At = "AT Alford +54.108893350 kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450";
    private const string NoPlaces = "{\n  \"html_attributions\": [],\n  \"results\": [],\n  \"status\": \"OK\"\n}";

    private readonly TestServer _server = new();

    [Fact]
    public async Task Example_OfTheOriginal_IsAnsweredLikeIt()
    {
        var client = _server.Connect();
        await client.SendLine(Iamat);
        await client.ReceiveLine(At);
        await client.SendLine("WHATSAT kiwi.cs.ucla.edu 10 5");
        await client.Receive($"{At}\n{TestPlaces.Json(1)}\n\n");
        Assert.Equal([new(34.068930, -118.445127, 10_000, 5) { Asker = System.Net.IPAddress.Loopback }], _server.Places.Queries);
        await EndAsync(client);
    }

    [Fact]
    public async Task Requests_Pipelined_AreAnsweredInOrder()
    {
        var client = _server.Connect();
        await client.Send($"{Iamat}\nWHATSAT kiwi.cs.ucla.edu 10 5\nhello\n\nWHATSAT kiwi.cs.ucla.edu 1 0\nWHATSAT nobody 1 1\n{Iamat}\n");
        await client.Receive($"{At}\n{At}\n{TestPlaces.Json(1)}\n\n? hello\n{At}\n{NoPlaces}\n\n? WHATSAT nobody 1 1\n{At}\n");
        await EndAsync(client);
    }

    [Fact]
    public async Task Requests_SplitAtEveryByte_AreAnsweredTheSame()
    {
        var text = $"{Iamat}\r\nhello\r\n \t\n\xFFWHAT \n{Iamat}";
        for (var split = 0; split <= text.Length; split++)
        {
            var client = new TestServer().Connect();
            await client.Send(text[..split]);
            await client.Send(text[split..]);
            await client.SendEnd();
            await client.Receive($"{At}\n? hello\n? \xFFWHAT \n{At}\n");
            await client.ReceiveEnd();
        }
    }

    [Fact]
    public async Task Requests_OneByteAWrite_AreAnsweredTheSame()
    {
        var client = _server.Connect();
        foreach (var value in $"{Iamat}\r\nhello\n")
            await client.Send($"{value}");
        await client.Receive($"{At}\n? hello\n");
        await EndAsync(client);
    }

    [Fact]
    public async Task LastLine_WithoutLineFeed_IsAnsweredAfterTheHalfClose()
    {
        var client = _server.Connect();
        await client.Send($"{Iamat}\nhello\n{Iamat}");
        await client.SendEnd();
        await client.Receive($"{At}\n? hello\n{At}\n");
        await client.ReceiveEnd();
        await _server.HandlersEnd();
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("  hello \t world  ")]
    [InlineData("\xFF\xFE \x80")]
    [InlineData("\0")]
    [InlineData("iamat kiwi +1+1 1")]
    [InlineData("IAMAT kiwi +1+1")]
    [InlineData("IAMAT kiwi +1+1 1 1")]
    [InlineData("IAMAT kiwi +1+1 -1")]
    [InlineData("IAMAT kiwi\xA0+1+1 1")]
    [InlineData("IAMAT kiwi +91+1 1")]
    [InlineData("WHATSAT kiwi 0 5")]
    [InlineData("WHATSAT kiwi 51 5")]
    [InlineData("WHATSAT kiwi 10 21")]
    [InlineData("WHATSAT kiwi 10 -1")]
    [InlineData("WHATSAT kiw 10 5")]
    [InlineData("AT Alford +1 kiwi +1+1 1")]
    [InlineData("? hello")]
    [InlineData("HERD")]
    [InlineData("HERD BYE stopping")]
    [InlineData("HERD HELLO 2 Parker Alford 00c0ffee00c0ffee Memory 000102030405060708090a0b0c0d0e0f")]
    public async Task Line_ThatIsNoRequest_ComesBackByteForByte(string line)
    {
        var client = _server.Connect();
        await client.SendLine("IAMAT kiwi +1+1 1400794645");
        await client.ReceiveLine();
        await client.SendLine(line);
        await client.ReceiveLine("? " + line);
        await client.SendLine(line + "\r");
        await client.ReceiveLine("? " + line);
        await EndAsync(client);
    }

    [Theory]
    [InlineData(4097, "")]
    [InlineData(4097, "\n")]
    [InlineData(4098, "\r\n")]
    [InlineData(300_000, "\nIAMAT kiwi +1+1 1\n")]
    public async Task Line_TooLong_IsAnsweredWithItsBeginningAndTheEnd(int length, string end)
    {
        var client = _server.Connect();
        var line = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        await client.SendLine(Iamat);
        var sends = client.Send(line + end);
        await client.ReceiveLine(At);
        await client.ReceiveLine($"? {line[..256]}");
        await client.ReceiveEnd();
        await _server.HandlersEnd();
        await sends;
        Assert.Equal(1, _server.Herd.Store.Count);
    }

    [Fact]
    public async Task Line_JustShortEnough_IsAnswered()
    {
        var client = _server.Connect();
        var line = new string('x', 4096);
        await client.Send(line + "\r\n" + line + "\n");
        await client.Receive($"? {line}\n? {line}\n");
        await EndAsync(client);
    }

    [Fact]
    public async Task Iamat_OlderSameAndRefused_AreAnsweredByTheTable()
    {
        var client = _server.Connect();
        await client.SendLine("IAMAT kiwi +1+1 1400794690");
        await client.ReceiveLine("AT Alford +9.500907800 kiwi +1+1 1400794690");
        _server.Time.Advance(TimeSpan.FromSeconds(1));
        await client.SendLine("IAMAT kiwi +1+1 1400794690"); // a retry: the stored line
        await client.ReceiveLine("AT Alford +9.500907800 kiwi +1+1 1400794690");
        await client.SendLine("IAMAT kiwi +2+2 1400794690"); // a tie, and an older one: mirrors
        await client.ReceiveLine("AT Alford +10.500907800 kiwi +2+2 1400794690");
        await client.SendLine("IAMAT kiwi +2+2 1400794680");
        await client.ReceiveLine("AT Alford +20.500907800 kiwi +2+2 1400794680");
        await client.SendLine("IAMAT kiwi +2+2 1400798301"); // 3,600.4990922 s ahead
        await client.ReceiveLine("? IAMAT kiwi +2+2 1400798301");
        await client.SendLine("IAMAT kiwi +2+2 1400798300"); // 3,599.4990922 s ahead
        await client.ReceiveLine("AT Alford -3599.499092200 kiwi +2+2 1400798300");
        await EndAsync(client);
        Assert.Equal(1, _server.Herd.Metrics.Updates(AcceptOutcome.AheadOfClock));
        Assert.Equal(2, _server.Herd.Metrics.Updates(AcceptOutcome.Accepted));
        Assert.Equal(2, _server.Herd.Metrics.Updates(AcceptOutcome.Stale));
        Assert.Equal(1, _server.Herd.Metrics.Updates(AcceptOutcome.Same));
    }

    [Fact]
    public async Task Iamat_StoreFull_IsRefusedAndCounted()
    {
        var server = new TestServer(limits: new LocationLimits { ClientsMax = 1 });
        var client = server.Connect();
        await client.SendLine("IAMAT a +1+1 1400794690");
        await client.ReceiveLine("AT Alford +9.500907800 a +1+1 1400794690");
        await client.SendLine("IAMAT b +1+1  1400794690");
        await client.ReceiveLine("? IAMAT b +1+1  1400794690");
        await client.SendLine("IAMAT a +1+1 1400794691");
        await client.ReceiveLine("AT Alford +8.500907800 a +1+1 1400794691");
        await client.SendEnd();
        await client.ReceiveEnd();
        await server.HandlersEnd();
        Assert.Equal(1, server.Herd.Metrics.Updates(AcceptOutcome.Full));
    }

    [Fact]
    public async Task Whatsat_BoundZero_AsksNobody()
    {
        var client = _server.Connect();
        await client.Send($"{Iamat}\nWHATSAT kiwi.cs.ucla.edu 50 0\n");
        await client.Receive($"{At}\n{At}\n{NoPlaces}\n\n");
        Assert.Empty(_server.Places.Queries);
        await EndAsync(client);
    }

    [Fact]
    public async Task Whatsat_ProviderWaits_RepliesBeforeItLeaveAndThoseBehindWait()
    {
        _server.Places.IsAsync = true;
        var client = _server.Connect();
        await client.Send($"{Iamat}\nWHATSAT kiwi.cs.ucla.edu 10 1\nIAMAT b +1+1 1400794690\nWHATSAT kiwi.cs.ucla.edu 10 2\nlast\n");
        await client.ReceiveLine(At);
        await Deadline.Until(() => _server.Places.Queries.Count == 1, "for the question");
        Assert.Equal(1, _server.Herd.Store.Count); // what stands behind is not read
        Assert.False(client.HasMore());
        await _server.Places.AnswerAsync(17);
        await client.Receive($"{At}\n{TestPlaces.Json(17)}\n\nAT Alford +9.500907800 b +1+1 1400794690\n");
        await _server.Places.AnswerAsync(18);
        await client.Receive($"{At}\n{TestPlaces.Json(18)}\n\n? last\n");
        await EndAsync(client);
    }

    [Fact]
    public async Task Whatsat_ProviderWaitsAtTheHalfClose_IsStillAnswered()
    {
        _server.Places.IsAsync = true;
        var client = _server.Connect();
        await client.Send($"{Iamat}\nWHATSAT kiwi.cs.ucla.edu 10 1\nlast");
        await client.SendEnd();
        await _server.Places.AnswerAsync(1);
        await client.Receive($"{At}\n{At}\n{TestPlaces.Json(1)}\n\n? last\n");
        await client.ReceiveEnd();
    }

    [Fact]
    public async Task Stopping_IdleClient_IsClosedAtOnce()
    {
        var (dialled, accepted) = MemoryConnection.Pair();
        var handler = _server.Accept(accepted);
        var client = new Transcript(dialled);
        await client.Send($"{Iamat}\nhalf a li");
        await client.ReceiveLine(At);
        accepted.RequestClose();
        await handler.Within("for the handler of an idle client to end");
        await client.ReceiveEnd();
    }

    [Fact]
    public async Task Client_ThatResets_EndsItsHandlerQuietly()
    {
        var client = _server.Connect();
        await client.SendLine(Iamat);
        await client.ReceiveLine(At);
        client.Connection.Abort();
        await _server.HandlersEnd();
        Assert.Equal(0, _server.Herd.Metrics.Connections);
        Assert.DoesNotContain(_server.Log.Entries, entry => entry.Level > Microsoft.Extensions.Logging.LogLevel.Information);
    }

    [Fact]
    public async Task Kinds_OtherPortsLines_AreRefused()
    {
        var link = _server.Connect(ConnectionKind.Links);
        await link.Send($"{Iamat}\nWHATSAT a 1 1\nhello\n");
        await link.Receive($"? {Iamat}\n? WHATSAT a 1 1\n? hello\n");
        await EndAsync(link);

        const string Hello = "HERD HELLO 1 Parker Alford 00c0ffee00c0ffee Memory 000102030405060708090a0b0c0d0e0f";
        var client = _server.Connect(ConnectionKind.Clients);
        await client.Send($"{Hello}\n{Iamat}\n");
        await client.Receive($"? {Hello}\n{At}\n");
        await EndAsync(client);

        // Without a secret, HERD lines of another machine are a client's nonsense.
        var stranger = _server.Connect(address: "192.0.2.1");
        await stranger.SendLine(Hello);
        await stranger.ReceiveLine($"? {Hello}");
        await EndAsync(stranger);
    }

    [Fact]
    public async Task At_OfAStranger_IsRefusedAndCounted()
    {
        var client = _server.Connect();
        await client.SendLine("AT Parker +1 kiwi +1+1 1");
        await client.ReceiveLine("? AT Parker +1 kiwi +1+1 1");
        await EndAsync(client);
        Assert.Equal(1, _server.Herd.Metrics.StrangersLines);
        Assert.Equal(0, _server.Herd.Store.Count);
    }

    [Fact]
    public async Task Traffic_Wanted_HoldsEveryLine()
    {
        var server = new TestServer(hasTraffic: true);
        var client = server.Connect();
        await client.SendLine(Iamat + "\r");
        await client.ReceiveLine(At);
        await client.SendLine("\xFF\\");
        await client.ReceiveLine("? \xFF\\");
        Assert.Equal([$"127.0.0.1:50000 > {Iamat}", @"127.0.0.1:50000 > \xff\\"], server.Log.Of(100));
        Assert.Equal([$"127.0.0.1:50000 < {At}", @"127.0.0.1:50000 < ? \xff\\"], server.Log.Of(101));
    }

    private async Task EndAsync(Transcript client)
    {
        await client.SendEnd();
        await client.ReceiveEnd();
        await _server.HandlersEnd();
        Assert.Equal(0, _server.Herd.Metrics.Connections);
    }
}
