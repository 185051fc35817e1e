using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;
using Xunit;

namespace ProxyHerd.Server.Tests.Connections;

/// <summary>The client protocol through every layer: a real socket, Kestrel, the middleware, the handler.</summary>
public sealed class DialogueTests
{
    private const string Kiwi = "kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450";

    [Fact]
    public async Task Iamat_ThenWhatsat_RepeatsTheLineAndAddsPlaces()
    {
        await using var server = new ServerFactory();
        using var client = await LineClient.ConnectAsync(server.Lines);

        await client.SendAsync($"IAMAT {Kiwi}\r\n");
        var at = await client.ReceiveLineAsync();
        Assert.Matches($@"^AT Alford \+\d+\.\d{{9}} {Kiwi.Replace("+", @"\+", StringComparison.Ordinal)}$", at);

        await client.SendAsync("WHATSAT kiwi.cs.ucla.edu 10 2\n");
        Assert.Equal(at, await client.ReceiveLineAsync());
        client.HalfClose();
        var json = await client.ReceiveAllAsync();
        Assert.EndsWith("}\n\n", json, StringComparison.Ordinal);
        Assert.Equal(2, System.Text.Json.Nodes.JsonNode.Parse(json)!["results"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("foo\n", "? foo\n")]
    [InlineData("foo", "? foo\n")]
    [InlineData("\n\r\n \t\nfoo\n", "? foo\n")]
    [InlineData("GET foo\n", "? GET foo\n")]
    [InlineData("GET foo", "? GET foo\n")]
    [InlineData("G", "? G\n")]
    [InlineData("\u0016\u0002\n", "? \u0016\u0002\n")]
    [InlineData("\u0016", "? \u0016\n")]
    [InlineData("IAMAT kiwi +91+1 1\n", "? IAMAT kiwi +91+1 1\n")]
    [InlineData("WHATSAT nobody 10 5\n", "? WHATSAT nobody 10 5\n")]
    [InlineData("AT Parker +1.0 kiwi +1+1 1\n", "? AT Parker +1.0 kiwi +1+1 1\n")]
    [InlineData(" \u00e9\u00a0\u0000 \r\n", "?  \u00e9\u00a0\u0000 \n")]
    [InlineData("", "")]
    public async Task Line_NoneOfTheProtocols_IsAnsweredWithAQuestionMark(string sent, string answered)
    {
        await using var server = new ServerFactory();

        Assert.Equal(answered, await LineClient.AskAsync(server.Lines, sent));
    }

    [Fact]
    public async Task Line_NoneOfTheProtocols_LeavesTheConnectionOpen()
    {
        await using var server = new ServerFactory();
        using var client = await LineClient.ConnectAsync(server.Lines);

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("foo\n");
            Assert.Equal("? foo", await client.ReceiveLineAsync());
        }
    }

    [Fact]
    public async Task Line_TooLong_IsAnsweredWithItsBeginningAndCloses()
    {
        await using var server = new ServerFactory([("Limits:LineBytesMax", "512")]);
        using var client = await LineClient.ConnectAsync(server.Lines);

        await client.SendAsync(new string('x', 600));

        Assert.Equal($"? {new string('x', 256)}\n", await client.ReceiveAllAsync());
    }

    [Fact]
    public async Task Requests_PipelinedBeforeAHalfClose_AreAllAnsweredInOrder()
    {
        const int Count = 2_000;
        await using var server = new ServerFactory();
        var sent = new StringBuilder();
        for (var i = 0; i < Count; i++)
            sent.Append(System.Globalization.CultureInfo.InvariantCulture, $"IAMAT c{i} +1+1 {i + 1}\n");

        var lines = (await LineClient.AskAsync(server.Lines, sent.ToString())).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(Count, lines.Length);
        for (var i = 0; i < Count; i++)
            Assert.EndsWith($" c{i} +1+1 {i + 1}", lines[i], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatsat_ProviderSwappedIn_IsAsked()
    {
        var provider = new RecordedProvider();
        await using var server = new ServerFactory(services: services => services.AddSingleton<IPlacesProvider>(provider));

        var reply = await LineClient.AskAsync(server.Lines, $"IAMAT {Kiwi}\nWHATSAT kiwi.cs.ucla.edu 12.5 7\nWHATSAT kiwi.cs.ucla.edu 1 0\n");

        Assert.Contains("\n{ \"results\": [], \"status\": \"MINE\" }\n\nAT Alford ", reply, StringComparison.Ordinal);
        Assert.Equal([new PlacesQuery(34.068930, -118.445127, 12_500, 7) { Asker = IPAddress.Loopback }], provider.Queries);
    }

    [Fact]
    public async Task Whatsat_ProviderRegisteredByName_IsPickedByTheOption()
    {
        var provider = new RecordedProvider();
        await using var server = new ServerFactory(services: services => services
            .AddPlacesProvider("Mine", _ => provider)
            .PostConfigure<PlacesOptions>(options => options.Provider = "Mine"));

        Assert.Contains("MINE", await LineClient.AskAsync(server.Lines, $"IAMAT {Kiwi}\nWHATSAT kiwi.cs.ucla.edu 1 1\n"), StringComparison.Ordinal);
    }

    /// <summary>What stands behind a WHATSAT that waits is not answered before it; other clients are.</summary>
    [Fact]
    public async Task Whatsat_ProviderTakesItsTime_HoldsUpItsOwnConnectionAlone()
    {
        var provider = new RecordedProvider { Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };
        await using var server = new ServerFactory(services: services => services.AddSingleton<IPlacesProvider>(provider));
        using var waiting = await LineClient.ConnectAsync(server.Lines);
        await waiting.SendAsync($"IAMAT {Kiwi}\nWHATSAT kiwi.cs.ucla.edu 1 1\nfoo\n");
        Assert.StartsWith("AT Alford ", await waiting.ReceiveLineAsync(), StringComparison.Ordinal);
        await Eventually.BeAsync("the question", () => provider.Queries.Count == 1);

        Assert.Equal("? bar\n", await LineClient.AskAsync(server.Lines, "bar\n"));
        provider.Gate.SetResult();

        waiting.HalfClose();
        Assert.EndsWith("\"MINE\" }\n\n? foo\n", await waiting.ReceiveAllAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkPort_IsSet_TakesClientsAndLinksApart()
    {
        await using var server = new ServerFactory([("Herd:Servers:Alford:LinkPort", "0")]);

        Assert.NotEqual(server.Lines, server.Links);
        Assert.Equal("? HERD HELLO 1 Parker Alford 1 Memory 2\n", await LineClient.AskAsync(server.Lines, "HERD HELLO 1 Parker Alford 1 Memory 2\n"));
        Assert.StartsWith("AT Alford ", await LineClient.AskAsync(server.Lines, $"IAMAT {Kiwi}\n"), StringComparison.Ordinal);
        Assert.Equal($"? IAMAT {Kiwi}\n", await LineClient.AskAsync(server.Links, $"IAMAT {Kiwi}\n"));
    }

    private sealed class RecordedProvider : IPlacesProvider
    {
        public string Name => "Mine";

        public List<PlacesQuery> Queries { get; } = [];

        public TaskCompletionSource? Gate { get; init; }

        public async ValueTask<ReadOnlyMemory<byte>> SearchAsync(PlacesQuery query, CancellationToken cancellationToken)
        {
            Queries.Add(query);
            if (Gate is not null)
                await Gate.Task;
            return "{ \"results\": [], \"status\": \"MINE\" }"u8.ToArray();
        }
    }
}
