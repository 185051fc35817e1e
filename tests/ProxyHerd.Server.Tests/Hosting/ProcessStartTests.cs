using System.Globalization;
using System.Text.Json.Nodes;
using ProxyHerd.Server.Tests.Places.Files;
using Xunit;

namespace ProxyHerd.Server.Tests.Hosting;

/// <summary>How the process starts: which servers, which file, and what it prints.</summary>
public sealed class ProcessStartTests : IDisposable
{
    private const string OneServer = """{ "Herd": { "Servers": { "Solo": { "Port": 0, "HttpPort": 0 } } }, "Logs": { "Path": null } }""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_NoName_RunsAllServersAndPrintsTheirTable()
    {
        await using var server = ServerProcess.Start(_folder.FullName, ServerProcess.FreePorts);
        var ports = await server.ListenAsync();

        Assert.Equal(["Alford", "Bolden", "Hamilton", "Parker", "Powell"], ports.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(10, ports.Values.SelectMany(port => new[] { port.Lines, port.Http }).Distinct().Count());
        using var http = new HttpClient();
        foreach (var (name, (lines, web)) in ports)
        {
            Assert.StartsWith($"AT {name} ", await LineClient.AskAsync(lines, "IAMAT kiwi +1+1 1\n"), StringComparison.Ordinal);
            Assert.Equal(name, (string?)JsonNode.Parse(await http.GetStringAsync($"http://127.0.0.1:{web}/herd"))!["server"]);
        }

        Assert.Contains($"| nc -w 1 127.0.0.1 {ports["Alford"].Lines.ToString(CultureInfo.InvariantCulture)}\n", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Name_RunsThatServerAlone()
    {
        await using var server = ServerProcess.Start(_folder.FullName, ["Hamilton", .. ServerProcess.FreePorts]);

        Assert.Equal(["Hamilton"], (await server.ListenAsync()).Keys);
    }

    /// <summary>The current directory is the test's own folder in every test here, and has no appsettings.json.</summary>
    [Fact]
    public async Task Run_StartedFromAnotherFolder_FindsTheFileThatShips()
    {
        await using var server = ServerProcess.Start(_folder.FullName, ["Powell", .. ServerProcess.FreePorts]);

        Assert.Equal(["Powell"], (await server.ListenAsync()).Keys);
    }

    /// <summary>Only the file that ships and the one that is named are read.</summary>
    [Fact]
    public async Task Run_AnotherAppsettingsInTheCurrentDirectory_IsNotRead()
    {
        _folder.Write("appsettings.json", """{ "Herd": { "Listen": "nowhere" } }""");
        await using var server = ServerProcess.Start(_folder.FullName, ["Powell", .. ServerProcess.FreePorts]);

        Assert.Equal(["Powell"], (await server.ListenAsync()).Keys);
    }

    /// <summary>Five servers read it once, and answer from it.</summary>
    [Fact]
    public async Task Run_PlacesFiles_AreSearchedByAllServersAndWatched()
    {
        _folder.Write("region.geojson", GeoJsonFile.Of(("Here", 1), ("There", 1.1)));
        await using var server = ServerProcess.Start(_folder.FullName, [.. ServerProcess.FreePorts, "--Places:Files:0=region.geojson"]);
        var ports = await server.ListenAsync();
        await LineClient.AskAsync(ports["Alford"].Lines, "IAMAT kiwi +1+7 1\n");

        foreach (var (_, (lines, _)) in ports)
        {
            using var client = await LineClient.ConnectAsync(lines);
            await client.SendAsync("IAMAT kiwi +1+7 1\nWHATSAT kiwi 10 1\n");
            await client.ReceiveLineAsync();
            await client.ReceiveLineAsync();
            var answer = new List<string>();
            while (await client.ReceiveLineAsync() is { Length: > 0 } line)
                answer.Add(line.Trim());
            Assert.Contains("\"name\": \"Here\",", answer);
            Assert.Contains(answer, line => line.EndsWith("OpenStreetMap contributors\"", StringComparison.Ordinal));
        }
        Assert.Single(server.Output.Split('\n'), line => line.Contains("region.geojson: 2 places of 2 features", StringComparison.Ordinal));

        _folder.Write("region.geojson", GeoJsonFile.Of(("Here", 1)));
        await Eventually.BeAsync("the changed file", () => server.Output.Contains("region.geojson: 1 places of 1 features", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_RelativeConfig_StartsAtTheCurrentDirectory()
    {
        _folder.Write("herds/one.json", OneServer);
        await using var server = ServerProcess.Start(_folder.FullName, "--config", "herds/one.json");

        Assert.Equal(["Solo"], (await server.ListenAsync()).Keys);
        Assert.Equal([_folder.PathOf("data"), _folder.PathOf("herds")], Directory.EnumerateFileSystemEntries(_folder.FullName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(_folder.PathOf("data", "Solo", "JOURNAL")));
    }

    [Fact]
    public async Task Run_EnvironmentVariables_OverrideTheFileAndAreOverriddenByArguments()
    {
        var config = _folder.Write("one.json", OneServer);
        await using var server = ServerProcess.Start(
            _folder.FullName, [("Limits__LineBytesMax", "7"), ("Limits__ConnectionsMax", "0")], "--config", config, "--Limits:LineBytesMax", "1024");

        Assert.Equal(2, await server.ExitAsync());
        Assert.StartsWith("Limits:ConnectionsMax: 0", Assert.Single(server.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ListensOnAnotherAddress_TheLineToTryNamesIt()
    {
        var config = _folder.Write("one.json", OneServer);
        await using var server = ServerProcess.Start(_folder.FullName, "--config", config, "--Herd:Listen", "127.0.0.2");
        var port = (await server.ListenAsync())["Solo"].Lines;

        Assert.Contains($"| nc -w 1 127.0.0.2 {port.ToString(CultureInfo.InvariantCulture)}\n", server.Output, StringComparison.Ordinal);
    }
}
