using ProxyHerd.Herd.Topology;
using ProxyHerd.Server.Hosting;
using ProxyHerd.Server.Http;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace ProxyHerd.Server.Tests.Deploy;

/// <summary>Holds deploy/herd.json and deploy/compose.yaml against the herd that ships.</summary>
public sealed class ComposeTests
{
    private static readonly YamlMappingNode Compose = Load();

    private static YamlNode Server => At("x-server");

    [Fact]
    public void HerdJson_Servers_AreThoseThatShip()
    {
        var shipped = DeployFiles.Load("appsettings.json").Herd.Servers;
        var composed = DeployFiles.Load("deploy/herd.json").Herd.Servers;

        Assert.Equal(shipped.Select(Describe).Order(), composed.Select(Describe).Order());

        static string Describe(KeyValuePair<string, ServerOptions> server) =>
            $"{server.Key} {server.Value.Port} {server.Value.LinkPort} {server.Value.HttpPort} {string.Join(' ', server.Value.Neighbours)}";
    }

    [Fact]
    public void Compose_EveryServer_HasItsServicePortsAndVolume()
    {
        var compose = DeployFiles.Read("deploy/compose.yaml");
        foreach (var (name, server) in DeployFiles.Load("deploy/herd.json").Herd.Servers)
        {
            Assert.Contains(
                $"""
                  {server.Host}:
                    <<: *server
                    hostname: {server.Host}
                    environment:
                      <<: *environment
                      Herd__Name: {name}
                    ports: ["127.0.0.1:{server.Port}:{server.Port}", "127.0.0.1:{server.HttpPort}:{server.HttpPort}"]
                    volumes: ["./herd.json:/etc/proxyherd/herd.json:ro", "data-{server.Host}:/data"]

                """,
                compose,
                StringComparison.Ordinal);
            Assert.Contains($"\n  data-{server.Host}:\n", compose, StringComparison.Ordinal);
        }
    }

    /// <summary>A relative path would start in a folder that the image's user cannot write to, and that goes with the container.</summary>
    [Fact]
    public void ImageAndCompose_WhatIsWritten_IsOnTheVolume()
    {
        var image = DeployFiles.Read("Dockerfile");

        Assert.Contains("\nVOLUME /data\n", image, StringComparison.Ordinal);
        Assert.Contains(" Journal__Path=/data/journal ", image, StringComparison.Ordinal);
        Assert.Contains(" Logs__Path= ", image, StringComparison.Ordinal);
    }

    /// <summary>A chiseled image has no shell, which the other form of a health check and of an entry point would need.</summary>
    [Fact]
    public void ImageAndCompose_HealthCheck_IsTheProgramItself()
    {
        var image = DeployFiles.Read("Dockerfile");

        Assert.Contains("\n    CMD [\"/app/ProxyHerd.Server\", \"health\"]\n", image, StringComparison.Ordinal);
        Assert.Contains("\nENTRYPOINT [\"/app/ProxyHerd.Server\"]\n", image, StringComparison.Ordinal);
        Assert.Equal(["CMD", "/app/ProxyHerd.Server", "health", .. List(Server, "command")], List(Server, "healthcheck", "test"));
        Assert.True(HealthCommand.IsMeant([.. List(Server, "healthcheck", "test").Skip(2)]));
    }

    /// <summary>The program reads them, and knows each.</summary>
    [Fact]
    public void Compose_Environment_IsReadByTheProgram()
    {
        var values = ((YamlMappingNode)At("x-environment")).ToDictionary(
            pair => pair.Key.ToString().Replace("__", ":", StringComparison.Ordinal), pair => pair.Value.ToString());
        Assert.Equal("/run/secrets/herd", values["Herd:SecretFile"]);
        Assert.Equal(["herd"], List(Server, "secrets"));
        values["Herd:SecretFile"] = DeployFiles.PathOf("deploy/secret.txt");
        using var errors = new StringWriter();
        string[] settings = [.. values.Select(value => $"--{value.Key}={value.Value}")];

        Assert.True(
            ServerConfiguration.TryLoad(new CommandLine("Alford", DeployFiles.PathOf("deploy/herd.json"), settings), errors, out var read), errors.ToString());

        Assert.Equal(["Herd:Listen", "Herd:SecretFile", "Journal:Path", "Limits:ClientsMax", "Limits:ConnectionsPerAddressMax", "Logs:Path"], values.Keys.Order());
        Assert.Equal(("0.0.0.0", "/data/journal"), (read.Herd.Listen, read.Journal.Path));
        Assert.Equal(read.Limits.ConnectionsMax, read.Limits.ConnectionsPerAddressMax);
        Assert.Equal(1_000_000, read.Limits.ClientsMax);
        Assert.NotEmpty(read.Secret);
        Assert.True(string.IsNullOrEmpty(read.Logs.Path));
    }

    /// <summary>The first start is one command on a clean clone; a secret of one's own is one variable.</summary>
    [Fact]
    public void Compose_Secret_IsASampleThatAVariableReplaces()
    {
        const string Start = "${PROXYHERD_SECRET_FILE:-./";
        var file = At("secrets", "herd", "file").ToString();

        Assert.StartsWith(Start, file, StringComparison.Ordinal);
        Assert.NotEmpty(DeployFiles.Read($"deploy/{file[Start.Length..^1]}").Trim());
    }

    [Fact]
    public void Compose_EveryServer_HasFewRightsAndLimits()
    {
        Assert.Equal("true", At("x-server", "read_only").ToString());
        Assert.Equal(["ALL"], List(Server, "cap_drop"));
        Assert.Equal(["no-new-privileges:true"], List(Server, "security_opt"));
        Assert.Equal("15s", At("x-server", "stop_grace_period").ToString());
        Assert.All(["pids_limit", "mem_limit", "logging", "restart"], key => Assert.NotEqual("", At("x-server", key).ToString()));
        Assert.All(((YamlMappingNode)At("services")).Children.Values, service => Assert.DoesNotContain("depends_on", ((YamlMappingNode)service).Children.Keys.Select(key => key.ToString())));
    }

    private static YamlMappingNode Load()
    {
        var stream = new YamlStream();
        using var reader = new StringReader(DeployFiles.Read("deploy/compose.yaml"));
        stream.Load(reader);
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    private static YamlNode At(params string[] path) => path.Aggregate((YamlNode)Compose, (inner, key) => inner[key]);

    private static List<string> List(YamlNode node, params string[] path) =>
        [.. ((YamlSequenceNode)path.Aggregate(node, (inner, key) => inner[key])).Select(item => item.ToString())];
}
