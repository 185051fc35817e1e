using ProxyHerd.Herd.Topology;
using Xunit;

namespace ProxyHerd.Server.Tests.Deploy;

/// <summary>Holds deploy/herd.json and deploy/compose.yaml against the herd that ships.</summary>
public sealed class ComposeTests
{
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

    /// <summary>Relative paths would start in a folder that the image's user cannot write to, and that goes with the container.</summary>
    [Theory]
    [InlineData("Journal__Path", "/data/journal")]
    [InlineData("Logs__Path", "/data/logs")]
    public void ImageAndCompose_WhatIsWritten_IsOnTheVolume(string variable, string path)
    {
        Assert.Contains($" {variable}={path}", DeployFiles.Read("Dockerfile"), StringComparison.Ordinal);
        Assert.Contains($"\n  {variable}: {path}\n", DeployFiles.Read("deploy/compose.yaml"), StringComparison.Ordinal);
    }
}
