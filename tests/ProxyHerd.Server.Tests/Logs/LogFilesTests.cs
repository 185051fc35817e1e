using ProxyHerd.Server.Tests.Hosting;
using Xunit;

namespace ProxyHerd.Server.Tests.Logs;

public sealed class LogFilesTests : IDisposable
{
    private const string Sent = "IAMAT kiwi.cs.ucla.edu +34.068930-118.445127 1400794645.392014450";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_Production_LogsConnectionsButNoLineOfAClient()
    {
        var (output, _) = await TalkAsync([]);

        var log = _folder.ReadAll("logs", "Alford-*.log");
        Assert.Matches(@"Alford INF Connection from 127\.0\.0\.1:\d+ made", log);
        Assert.Matches(@"Alford INF Connection from 127\.0\.0\.1:\d+ dropped", log);
        Assert.DoesNotContain("kiwi", log, StringComparison.Ordinal);
        Assert.DoesNotContain("no such line", log, StringComparison.Ordinal);
        Assert.Matches(@"Alford INF Connection from 127\.0\.0\.1:\d+ made", output);
        Assert.DoesNotContain("kiwi", output.Replace("kiwi.cs.ucla.edu +34.068930-118.445127 $(date +%s)", "", StringComparison.Ordinal)
            .Replace("WHATSAT kiwi.cs.ucla.edu 10 5", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Development_LogsEveryLineReceivedAndSentInTheFileAlone()
    {
        var (output, reply) = await TalkAsync([("DOTNET_ENVIRONMENT", "Development")]);

        var log = _folder.ReadAll("logs", "Alford-*.log");
        Assert.Contains($"> {Sent}\n", log, StringComparison.Ordinal);
        Assert.Contains($"< {reply.Split('\n')[0]}\n", log, StringComparison.Ordinal);
        Assert.Contains("> no such line\n", log, StringComparison.Ordinal);
        Assert.Contains("< ? no such line\n", log, StringComparison.Ordinal);
        Assert.Contains("> WHATSAT kiwi.cs.ucla.edu 10 1\n", log, StringComparison.Ordinal);
        Assert.DoesNotContain("no such line", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ProductionWithTrafficAskedFor_LogsLines()
    {
        await TalkAsync([("Logging__LogLevel__ProxyHerd.Traffic", "Information")]);

        Assert.Contains("> no such line\n", _folder.ReadAll("logs", "Alford-*.log"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DevelopmentWithTrafficTurnedOff_LogsNoLine()
    {
        await TalkAsync([("DOTNET_ENVIRONMENT", "Development"), ("Logging__LogLevel__ProxyHerd.Traffic", "None")]);

        Assert.DoesNotContain("no such line", _folder.ReadAll("logs", "Alford-*.log"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AllServers_EachHasAFileOfItsOwn()
    {
        await using (var server = ServerProcess.Start(_folder.FullName, ServerProcess.FreePorts))
        {
            var ports = await server.ListenAsync();
            await LineClient.AskAsync(ports["Parker"].Lines, "foo\n");
            server.Signal(ServerProcess.Terminate);
            Assert.Equal(0, await server.ExitAsync());
        }

        foreach (var name in new[] { "Alford", "Bolden", "Hamilton", "Parker", "Powell" })
        {
            Assert.Single(Directory.EnumerateFiles(_folder.PathOf("logs"), $"{name}-*.log"));
            var log = _folder.ReadAll("logs", $"{name}-*.log");
            Assert.Contains($" {name} INF ", log, StringComparison.Ordinal);
            Assert.Equal(name == "Parker", log.Contains("Connection from", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Run_FolderThatCannotBeWritten_SaysSoOnTheConsole()
    {
        _folder.Write("logs", "a file, where a folder should be");

        var (output, _) = await TalkAsync([]);

        Assert.Matches(@"Alford WRN Logs:Path: nothing can be written to logs, so the console alone has the log: ", output);
        Assert.Matches(@"Alford INF Connection from 127\.0\.0\.1:\d+ made", output);
    }

    /// <summary>A server's name may hold what a file's may not; its file stays in the folder.</summary>
    [Fact]
    public async Task Run_NameWithSlashes_LogsIntoTheFolderAllTheSame()
    {
        var file = _folder.Write("herd.json", """{ "Herd": { "Servers": { "../a": { "Port": 0, "HttpPort": 0 } } }, "Journal": { "Durability": "Memory" } }""");
        await using (var server = ServerProcess.Start(_folder.FullName, "--config", file))
        {
            await server.ListenAsync();
            server.Signal(ServerProcess.Terminate);
            Assert.Equal(0, await server.ExitAsync());
        }

        Assert.Single(Directory.EnumerateFiles(_folder.PathOf("logs"), "..%2Fa-*.log"));
    }

    /// <summary>Nothing that a client sends may look like another line of the log.</summary>
    [Fact]
    public async Task Run_ControlBytesInALine_AreLoggedEscaped()
    {
        await using (var server = ServerProcess.Start(
            _folder.FullName, [("DOTNET_ENVIRONMENT", "Development")], ["Alford", .. ServerProcess.FreePorts]))
        {
            var port = (await server.ListenAsync())["Alford"].Lines;
            await LineClient.AskAsync(port, "a\rb\u001b[2J\u00e9 {Peer} {0}\n");
            server.Signal(ServerProcess.Terminate);
            Assert.Equal(0, await server.ExitAsync());
        }

        Assert.Contains(@"> a\x0db\x1b[2J\xe9 {Peer} {0}" + "\n", _folder.ReadAll("logs", "Alford-*.log"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LogsPathEmpty_WritesNoFile()
    {
        await using var server = ServerProcess.Start(_folder.FullName, ["Alford", .. ServerProcess.FreePorts, "--Logs:Path=", "--Journal:Durability=Memory"]);
        await server.ListenAsync();
        server.Signal(ServerProcess.Terminate);

        Assert.Equal(0, await server.ExitAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.FullName));
    }

    private async Task<(string Output, string Reply)> TalkAsync((string Name, string Value)[] variables)
    {
        await using var server = ServerProcess.Start(_folder.FullName, variables, ["Alford", .. ServerProcess.FreePorts]);
        var port = (await server.ListenAsync())["Alford"].Lines;
        var reply = await LineClient.AskAsync(port, $"{Sent}\nno such line\nWHATSAT kiwi.cs.ucla.edu 10 1\n");
        server.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await server.ExitAsync());
        Assert.StartsWith("AT Alford ", reply, StringComparison.Ordinal);
        return (server.Output, reply);
    }
}
