using System.Diagnostics;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Server.Tests.Hosting;
using Xunit;

namespace ProxyHerd.Server.Tests.Deploy;

/// <summary>deploy/tls: what a person tries links over TLS with.</summary>
public sealed class TlsFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HerdJson_Servers_AreThoseThatShipWithPortsForLinks()
    {
        var shipped = DeployFiles.Load("appsettings.json").Herd.Servers;
        var herd = DeployFiles.Load("deploy/tls/herd.json").Herd;

        Assert.Equal(
            shipped.Select(server => $"{server.Key} {server.Value.Port} {server.Value.HttpPort} {string.Join(' ', server.Value.Neighbours)}").Order(),
            herd.Servers.Select(server => $"{server.Key} {server.Value.Port} {server.Value.HttpPort} {string.Join(' ', server.Value.Neighbours)}").Order());
        Assert.True(herd.Tls.IsOn);
        Assert.DoesNotContain(herd.Servers.Values, (ServerOptions server) => server.LinkPort is null);
    }

    /// <summary>The very files and the very configuration, on ports that are free.</summary>
    [Fact]
    public async Task MakeCertificates_ThenRun_TheServersStart()
    {
        await MakeAsync();
        string[] linkPorts = [.. DeployFiles.Load("deploy/tls/herd.json").Herd.Servers.Keys.Select(name => $"--Herd:Servers:{name}:LinkPort=0")];
        await using var server = ServerProcess.Start(
            _folder.FullName, ["--config", DeployFiles.PathOf("deploy/tls/herd.json"), "--Logs:Path=", .. ServerProcess.FreePorts, .. linkPorts]);

        Assert.Equal(5, (await server.ListenAsync()).Count);

        server.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal("", server.Errors);
    }

    /// <summary>Nothing is on the disk for a server to start with; each says so, and no port is opened.</summary>
    [Fact]
    public async Task Run_WithoutTheCertificates_NamesEachServersMistake()
    {
        await using var server = ServerProcess.Start(_folder.FullName, "--config", DeployFiles.PathOf("deploy/tls/herd.json"), "--Logs:Path=");

        Assert.Equal(2, await server.ExitAsync());
        Assert.Equal(5, server.ErrorLines.Length);
        Assert.StartsWith("Alford: Herd:Tls: 'certificates/ca.pem' cannot be read: ", server.ErrorLines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MakeCertificates_Again_KeepsTheAuthorityAndRenewsTheRest()
    {
        await MakeAsync();
        var (authority, alford) = (Read("ca.pem"), Read("Alford.pem"));

        await MakeAsync("certificates", "Alford", "Sixth");

        Assert.Equal(authority, Read("ca.pem"));
        Assert.NotEqual(alford, Read("Alford.pem"));
        Assert.Contains("BEGIN CERTIFICATE", Read("Sixth.pem"), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.PathOf("certificates", "Sixth.key")));
    }

    /// <summary>What openssl would read as more than a name, and what the authority's own files are called: it would be gone.</summary>
    [Theory]
    [InlineData("A,DNS:Parker")]
    [InlineData("A#b")]
    [InlineData("A/b")]
    [InlineData("-A")]
    [InlineData("")]
    [InlineData("ca")]
    [InlineData("new")]
    public async Task MakeCertificates_ForANameThatMeansMore_SaysSoAndChangesNothing(string name)
    {
        await MakeAsync("certificates", "Alford");
        string[] files = [.. Directory.EnumerateFiles(_folder.PathOf("certificates"))];
        string[] contents = [.. files.Select(File.ReadAllText)];

        var (exitCode, said) = await RunAsync("certificates", "Alford", name);

        Assert.Equal(2, exitCode);
        Assert.StartsWith($"'{name}': ", said, StringComparison.Ordinal);
        Assert.Equal(files.Order(), Directory.EnumerateFiles(_folder.PathOf("certificates")).Order());
        Assert.Equal(contents, files.Select(File.ReadAllText));
    }

    private string Read(string file) => File.ReadAllText(_folder.PathOf("certificates", file));

    private async Task MakeAsync(params string[] arguments)
    {
        var (exitCode, said) = await RunAsync(arguments);
        Assert.True(exitCode == 0, said);
        Assert.Equal("", said);
    }

    /// <returns>The exit code, and what it wrote to standard error.</returns>
    private async Task<(int ExitCode, string Said)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(DeployFiles.PathOf("deploy/tls/make-certificates.sh"), arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var script = Process.Start(start)!;
        var said = await Task.WhenAll(script.StandardOutput.ReadToEndAsync(), script.StandardError.ReadToEndAsync());
        await Eventually.EndAsync("the script", script.WaitForExitAsync());
        return (script.ExitCode, said[1]);
    }
}
