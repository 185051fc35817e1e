using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace ProxyHerd.Server.Tests.Http;

public sealed class HerdResponseTests
{
    [Fact]
    public async Task Herd_NewServer_HasExactlyTheKeysOfTheDesign()
    {
        await using var server = new ServerFactory();

        using var response = await server.Http.GetAsync("/herd");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        var herd = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();

        Assert.Equal(["server", "boot", "locations", "digest", "sequence", "links"], herd.Select(key => key.Key));
        Assert.Equal("Alford", (string?)herd["server"]);
        Assert.Matches("^[0-9a-f]{16}$", (string?)herd["boot"]);
        Assert.Matches("^[0-9a-f]{16}$", (string?)herd["digest"]);
        Assert.Equal((0, 0), ((int)herd["locations"]!, (int)herd["sequence"]!));
        Assert.Equal(["Parker", "Powell"], herd["links"]!.AsArray().Select(link => (string?)link!["neighbour"]));
        foreach (var link in herd["links"]!.AsArray())
        {
            Assert.Equal(["neighbour", "state", "behind", "acknowledged"], link!.AsObject().Select(key => key.Key));
            Assert.Matches("^(down|connecting)$", (string?)link["state"]);
            Assert.Equal((0, 0), ((int)link["behind"]!, (int)link["acknowledged"]!));
        }
    }

    [Fact]
    public async Task Herd_AfterUpdates_CountsClientsChangesAndWhatLinksHaveNotSent()
    {
        await using var server = new ServerFactory();

        await LineClient.AskAsync(server.Lines, "IAMAT a +1+1 1\nIAMAT b +1+1 1\nIAMAT a +1+1 1\n");
        var first = await HerdOf(server);
        await LineClient.AskAsync(server.Lines, "IAMAT a +1+1 2\n");
        var second = await HerdOf(server);

        Assert.Equal((2, 2), ((int)first["locations"]!, (int)first["sequence"]!));
        Assert.Equal((2, 3), ((int)second["locations"]!, (int)second["sequence"]!));
        Assert.Equal(3, (int)second["links"]![0]!["behind"]!);
        Assert.NotEqual((string?)first["digest"], (string?)second["digest"]);
        Assert.Equal((string?)first["boot"], (string?)second["boot"]);
    }

    [Fact]
    public async Task Herd_LinkedServers_AreLiveAndHaveOneDigest()
    {
        var ports = FreePorts.Take(2);
        (string, string)[] settings =
        [
            ("Herd:Servers:Alford:Port", ports[0].ToString(CultureInfo.InvariantCulture)),
            ("Herd:Servers:Parker:Port", ports[1].ToString(CultureInfo.InvariantCulture)),
        ];
        await using var alford = new ServerFactory(settings);
        await using var parker = new ServerFactory(settings, name: "Parker");
        await LineClient.AskAsync(alford.Lines, "IAMAT kiwi +1+1 10\n");

        var sender = await Eventually.GetAsync("an acknowledged update", () => HerdOf(alford), herd => (int)herd["links"]![0]!["acknowledged"]! == 1);
        var receiver = await Eventually.GetAsync("a live link back", () => HerdOf(parker), herd => (string?)herd["links"]![0]!["state"] == "live");

        Assert.Equal(("Parker", "live", 0), LinkOf(sender, 0));
        Assert.Equal("Alford", (string?)receiver["links"]![0]!["neighbour"]);
        Assert.Equal((string?)sender["digest"], (string?)receiver["digest"]);
        Assert.NotEqual((string?)sender["boot"], (string?)receiver["boot"]);
    }

    private static (string?, string?, int) LinkOf(JsonNode herd, int index)
    {
        var link = herd["links"]![index]!;
        return ((string?)link["neighbour"], (string?)link["state"], (int)link["behind"]!);
    }

    private static async Task<JsonNode> HerdOf(ServerFactory server) => JsonNode.Parse(await server.Http.GetStringAsync("/herd"))!;
}
