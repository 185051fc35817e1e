using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ProxyHerd.Server.Tests.Hosting;

/// <summary>How the process ends: exit codes, and what it says.</summary>
public sealed class ProcessExitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ServerProcess.Terminate)]
    [InlineData(ServerProcess.Interrupt)]
    public async Task Run_Signal_StopsWithZero(int signal)
    {
        await using var server = ServerProcess.Start(_folder.FullName, ServerProcess.FreePorts);
        await server.ListenAsync();

        server.Signal(signal);

        Assert.Equal(0, await server.ExitAsync());
        Assert.Equal("", server.Errors);
    }

    [Fact]
    public async Task Run_SignalWhileClientsAreConnected_EndsTheirConnections()
    {
        await using var server = ServerProcess.Start(_folder.FullName, ["Alford", .. ServerProcess.FreePorts]);
        var port = (await server.ListenAsync())["Alford"].Lines;
        using var silent = await LineClient.ConnectAsync(port);
        using var talking = await LineClient.ConnectAsync(port);
        await talking.SendAsync("foo\nhalf a line");
        Assert.Equal("? foo", await talking.ReceiveLineAsync());

        server.Signal(ServerProcess.Terminate);

        await silent.ReceiveEndAsync();
        await talking.ReceiveEndAsync();
        Assert.Equal(0, await server.ExitAsync());
    }

    [Theory]
    [InlineData("Port")]
    [InlineData("HttpPort")]
    public async Task Run_PortInUse_NamesItInOneLine(string key)
    {
        using var holder = Hold(out var port);
        await using var server = ServerProcess.Start(
            _folder.FullName, ["Alford", .. ServerProcess.FreePorts, $"--Herd:Servers:Alford:{key}={port}"]);

        Assert.Equal(3, await server.ExitAsync());
        var line = Assert.Single(server.ErrorLines);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
        Assert.Contains("in use", line, StringComparison.Ordinal);
        Assert.Contains("Herd:Servers:Alford", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortOfTheSecondOfFiveInUse_StopsTheFirst()
    {
        using var holder = Hold(out var port);
        await using var server = ServerProcess.Start(_folder.FullName, [.. ServerProcess.FreePorts, $"--Herd:Servers:Bolden:Port={port}"]);

        Assert.Equal(3, await server.ExitAsync());
        var line = Assert.Single(server.ErrorLines);
        Assert.StartsWith("Bolden: ", line, StringComparison.Ordinal);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AddressNotOfThisMachine_SaysSoInOneLine()
    {
        // 192.0.2.0/24 is for documentation: no machine has it.
        await using var server = ServerProcess.Start(_folder.FullName, ["Alford", .. ServerProcess.FreePorts, "--Herd:Listen=192.0.2.1"]);

        Assert.Equal(2, await server.ExitAsync());
        var line = Assert.Single(server.ErrorLines);
        Assert.Contains("192.0.2.1", line, StringComparison.Ordinal);
        Assert.Contains("Herd:Listen", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Kestrel:Endpoints:Lines:Url=http://127.0.0.1:0/foo", "path base")]
    [InlineData("--Kestrel:Endpoints:Http:Url=https://127.0.0.1:0", "certificate")]
    public async Task Run_KestrelsOwnConfigurationIsWrong_SaysSoInOneLine(string argument, string culprit)
    {
        // Without a home there is no development certificate that Kestrel could fall back on.
        await using var server = ServerProcess.Start(
            _folder.FullName, [("HOME", _folder.FullName)], ["Alford", .. ServerProcess.FreePorts, argument]);

        Assert.Equal(2, await server.ExitAsync());
        var line = Assert.Single(server.ErrorLines);
        Assert.StartsWith("Kestrel: ", line, StringComparison.Ordinal);
        Assert.Contains(culprit, line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Mistakes_ListsAllOnStandardErrorAndEndsWithTwo()
    {
        await using var server = ServerProcess.Start(
            _folder.FullName,
            ["Clarc", .. ServerProcess.FreePorts, "--Herd:Servers:Bolden:Neighbours:0=Clarc", "--Limits:ConnectionsMax=0", "--Journal:Durability=Stone"]);

        Assert.Equal(2, await server.ExitAsync());
        Assert.Equal("", server.Output);
        Assert.Collection(
            server.ErrorLines,
            line => Assert.StartsWith("Herd:Name: 'Clarc' is not a server", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Herd:Servers:Bolden:Neighbours: 'Clarc' is not a server", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Herd:Servers:Parker:Neighbours: 'Bolden' does not name 'Parker'", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Limits:ConnectionsMax: 0", line, StringComparison.Ordinal),
            line => Assert.StartsWith("Journal:Durability: 'Stone' is unknown", line, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public async Task Run_PlacesFilesThatCannotBeUsed_NamesEachAndEndsWithTwo()
    {
        var cut = _folder.Write("cut.geojson", "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Fea");
        var missing = _folder.PathOf("missing.geojson");
        await using var server = ServerProcess.Start(
            _folder.FullName, [.. ServerProcess.FreePorts, "--Places:Files:0=cut.geojson", $"--Places:Files:1={missing}"]);

        Assert.Equal(2, await server.ExitAsync());
        Assert.Equal("", server.Output);
        Assert.Collection(
            server.ErrorLines,
            line => Assert.Equal($"Places:Files: '{cut}' cannot be used: it is cut short: it ends in line 2, behind 0 whole features", line),
            line => Assert.Equal($"Places:Files: '{missing}' cannot be used: it does not exist", line));
    }

    [Fact]
    public async Task Run_WrongArguments_EndsWithTwoAndItsUsage()
    {
        await using var server = ServerProcess.Start(_folder.FullName, "Alford", "Bolden");

        Assert.Equal(2, await server.ExitAsync());
        Assert.Equal("", server.Output);
        Assert.Contains("usage: ", server.Errors, StringComparison.Ordinal);
    }

    /// <summary>Takes a port of its own and keeps it.</summary>
    private static Socket Hold(out int port)
    {
        var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        port = ((IPEndPoint)holder.LocalEndPoint!).Port;
        return holder;
    }
}
