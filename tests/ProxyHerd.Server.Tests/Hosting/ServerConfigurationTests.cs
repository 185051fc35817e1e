using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Server.Connections;
using ProxyHerd.Server.Hosting;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Logs;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Upkeep;
using Xunit;

namespace ProxyHerd.Server.Tests.Hosting;

public sealed class ServerConfigurationTests
{
    public static TheoryData<string, Type> Sections => new()
    {
        { "Herd", typeof(HerdOptions) },
        { "Journal", typeof(JournalOptions) },
        { "Places", typeof(PlacesOptions) },
        { "Limits", typeof(LimitsOptions) },
        { "Expiry", typeof(ExpiryOptions) },
        { "Logs", typeof(LogsOptions) },
    };

    [Fact]
    public void TryLoad_NoArguments_ReadsTheFileThatShips()
    {
        var configuration = Loaded.From(null);

        Assert.Equal(["Alford", "Bolden", "Hamilton", "Parker", "Powell"], configuration.Herd.Servers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["Parker", "Powell"], configuration.Herd.Servers["Alford"].Neighbours);
        Assert.Equal((13004, null, 14004), PortsOf(configuration, "Powell"));
        Assert.Null(configuration.Herd.Name);
        Assert.Empty(configuration.Secret);
        Assert.Equal("logs", configuration.Logs.Path);
        Assert.Equal(("data", Durability.Disk), (configuration.Journal.Path, configuration.Journal.Level));
        Assert.Null(configuration.Expiry.After);
    }

    /// <summary>A key that is taken out of the file changes nothing: it says what the server would do without it.</summary>
    [Theory]
    [MemberData(nameof(Sections))]
    public void ShippedFile_EachKey_HasTheDefaultOfItsOption(string section, Type options)
    {
        var shipped = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "appsettings.json")))![section]!.AsObject();
        var defaults = JsonSerializer.SerializeToNode(Activator.CreateInstance(options), options)!.AsObject();
        shipped.Remove("Servers");

        AssertHas(defaults, shipped, section);
    }

    /// <summary>A section that the server knows stands in the file, so that a person finds it there.</summary>
    [Fact]
    public void ShippedFile_Servers_NeedNoMoreThanTheirDefaults()
    {
        var without = Loaded.From("""{ "Herd": { "Servers": { "Solo": { "Port": 1, "HttpPort": 2 } } } }""").Herd.Servers["Solo"];

        Assert.Equal(("127.0.0.1", 1, null, 2), (without.Host, without.Port, without.LinkPort, without.HttpPort));
        Assert.Empty(without.Neighbours);
    }

    [Fact]
    public void TryLoad_Name_IsTheArgumentOrTheKey()
    {
        Assert.Equal("Bolden", Loaded.From(null, "Bolden").Herd.Name);
        Assert.Equal("Bolden", Loaded.From(null, "--Herd:Name=Bolden").Herd.Name);
        Assert.Equal("Alford", Loaded.From(null, "Alford", "--Herd:Name=Bolden").Herd.Name);
        Assert.Null(Loaded.From(null, "--Herd:Name=").Herd.Name);
        Assert.Null(Loaded.From("""{ "Herd": { "Name": null, "Servers": { "Solo": { "Port": 0, "HttpPort": 0 } } } }""").Herd.Name);
    }

    [Fact]
    public void TryLoad_Arguments_OverrideSingleKeys()
    {
        var configuration = Loaded.From(
            null, "--Herd:Servers:Alford:Port=5", "--Limits:ClockAheadMax", "00:00:09", "--Herd:CatchUp", "false", "--Herd:PlainNeighbours:0=Parker");

        Assert.Equal((5, null, 14000), PortsOf(configuration, "Alford"));
        Assert.Equal(TimeSpan.FromSeconds(9), configuration.Limits.ClockAheadMax);
        Assert.False(configuration.Herd.CatchUp);
        Assert.Equal(["Parker"], configuration.Herd.PlainNeighbours);
    }

    /// <summary>Keys have no case, and names of servers are part of keys.</summary>
    [Fact]
    public void TryLoad_KeyInAnotherCase_KeepsTheServersName()
    {
        var configuration = Loaded.From(null, "--herd:servers:ALFORD:port=5");

        Assert.Equal((5, null, 14000), PortsOf(configuration, "Alford"));
    }

    [Fact]
    public void TryLoad_NullsWhereNothingIsMeant_AreTaken()
    {
        var configuration = Loaded.From(
            """
            {
              "Herd": {
                "Name": null, "Secret": null, "SecretFile": null, "PlainNeighbours": null, "Tls": null,
                "Servers": { "Solo": { "Port": 0, "LinkPort": null, "HttpPort": 0, "Neighbours": null } }
              },
              "Places": { "Files": null, "Google": null, "GoogleLegacy": null },
              "Expiry": { "After": null },
              "Logs": { "Path": null },
              "Kestrel": null
            }
            """);

        Assert.Null(configuration.Logs.Path);
        Assert.Empty(configuration.Secret);
        Assert.Empty(configuration.Herd.PlainNeighbours);
        Assert.Empty(configuration.Herd.Servers["Solo"].Neighbours);
    }

    [Fact]
    public void TryLoad_CommentsAndTrailingCommas_AreTaken() =>
        Assert.Equal(["Solo"], Loaded.From("""{ /* one */ "Herd": { "Servers": { "Solo": { "Port": 0, "HttpPort": 0, } } }, } // end""").Herd.Servers.Keys);

    [Fact]
    public void TryLoad_Secret_IsItsBytes()
    {
        Assert.Equal("köh"u8.ToArray(), Loaded.From(null, "--Herd:Secret=köh").Secret);
    }

    [Fact]
    public void TryLoad_SecretFile_IsReadWithoutTheSpaceAtItsEnd()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("secret", " a b \r\n\n");

        Assert.Equal(" a b", Encoding.UTF8.GetString(Loaded.From(null, $"--Herd:SecretFile={file}").Secret));
    }

    [Theory]
    [InlineData(".herd.json")]
    [InlineData(".hidden/herd.json")]
    [InlineData("a b/ü=[1].json")]
    public void TryLoad_AnyFileName_IsRead(string name)
    {
        using var folder = new TemporaryFolder();
        folder.Write(name, Loaded.Solo);

        Assert.Equal(["Solo"], Loaded.From(null, "--config", folder.PathOf(name)).Herd.Servers.Keys);
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("development", true)]
    [InlineData("Production", false)]
    [InlineData("Staging", false)]
    public void IsDevelopment_Environment_DependsOnItsNameAlone(string environment, bool isDevelopment) =>
        Assert.Equal(isDevelopment, Loaded.From(null, "--environment", environment).IsDevelopment);

    private static (int?, int?, int?) PortsOf(ServerConfiguration configuration, string server)
    {
        var options = configuration.Herd.Servers[server];
        return (options.Port, options.LinkPort, options.HttpPort);
    }

    private static void AssertHas(JsonObject defaults, JsonObject shipped, string path)
    {
        foreach (var (key, value) in shipped)
        {
            Assert.True(defaults.ContainsKey(key), $"{path}:{key} is in appsettings.json, and no option reads it.");
            if (value is JsonObject inner)
                AssertHas(defaults[key]!.AsObject(), inner, $"{path}:{key}");
            else
                Assert.True(JsonNode.DeepEquals(defaults[key], value), $"{path}:{key} is {value} in appsettings.json, and {defaults[key]} without it.");
        }
    }
}
