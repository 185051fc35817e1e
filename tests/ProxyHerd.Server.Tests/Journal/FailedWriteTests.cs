using System.Globalization;
using System.Net.Sockets;
using ProxyHerd.Server.Tests.Hosting;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>A write or a sync that fails while the server runs ends it, and what it had answered by then is on disk.</summary>
public sealed class FailedWriteTests : IDisposable
{
    private const int LinesAtOnce = 50;

    /// <summary>A write buffer holds some 150,000 of the longer ones: a server that has answered so many notices nothing.</summary>
    private const int LinesMax = 600_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_Fails_EndsWithFourAndAnswersNothingThatWaited()
    {
        await using var server = ServerProcess.StartWithFileLimit(_folder.FullName, kilobytesMax: 100, Arguments);
        var port = (await server.ListenAsync())["Alford"].Lines;

        var answered = await TellUntilClosedAsync(port, "car");

        await AssertEndedAsync(server, "File too large");
        Assert.NotEmpty(answered);
        await AssertKnownAsync(answered);
    }

    /// <summary>
    /// The log after the one in use is made a way to another disk: one that is full, and one that takes every byte and fails
    /// at the sync. It comes into use once a write buffer is full.
    /// </summary>
    [Theory]
    [InlineData("/dev/full", "While appending to file: ", "No space left on device")]
    [InlineData("/dev/null", "While fdatasync: ", "Invalid argument")]
    public async Task Sync_Fails_EndsWithFourAndAnswersNothingThatWaited(string disk, params string[] said)
    {
        await using var server = ServerProcess.Start(_folder.FullName, Arguments);
        var port = (await server.ListenAsync())["Alford"].Lines;
        var journal = _folder.PathOf("data", "Alford");
        var inUse = Directory.EnumerateFiles(journal, "*.log").Max(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture));
        for (var next = inUse + 1; next <= inUse + 20; next++)
            File.CreateSymbolicLink(Path.Combine(journal, string.Create(CultureInfo.InvariantCulture, $"{next:d6}.log")), disk);

        var answered = await TellUntilClosedAsync(port, new string('x', 240));

        await AssertEndedAsync(server, said);
        foreach (var link in Directory.EnumerateFiles(journal, "*.log").Where(file => new FileInfo(file).LinkTarget is not null))
            File.Delete(link);
        Assert.True(answered.Count > 10_000, $"{answered.Count} were answered");
        await AssertKnownAsync(answered);
    }

    private static string[] Arguments => ["Alford", .. ServerProcess.FreePorts, "--Logs:Path="];

    /// <summary>Sends IAMAT for one new client after another, some at once, until the server hangs up.</summary>
    /// <returns>What was answered, by client.</returns>
    private static async Task<Dictionary<string, string>> TellUntilClosedAsync(int port, string name)
    {
        var answered = new Dictionary<string, string>(StringComparer.Ordinal);
        using var client = await LineClient.ConnectAsync(port);
        try
        {
            for (var sent = 0; sent < LinesMax; sent += LinesAtOnce)
            {
                string[] clients = [.. Enumerable.Range(sent, LinesAtOnce).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}{i:d6}"))];
                await client.SendAsync(string.Concat(clients.Select(id => $"IAMAT {id} +34.068930-118.445127 1400794645\n")));
                foreach (var id in clients)
                {
                    var reply = await client.ReceiveLineAsync();
                    Assert.Contains($" {id} ", reply, StringComparison.Ordinal);
                    answered.Add(id, reply);
                }
            }

            throw new TimeoutException($"The server has answered {LinesMax} lines, and did not end.");
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return answered;
        }
    }

    private async Task AssertEndedAsync(ServerProcess server, params string[] said)
    {
        Assert.Equal(4, await server.ExitAsync());
        var line = Assert.Single(server.ErrorLines);
        Assert.StartsWith($"Alford: the journal in '{_folder.PathOf("data", "Alford")}' could not be written: ", line, StringComparison.Ordinal);
        Assert.All(said, piece => Assert.Contains(piece, line, StringComparison.Ordinal));
        Assert.Contains($" FTL {line}", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
    }

    /// <summary>On a good disk again, the server has every line that it had answered.</summary>
    private async Task AssertKnownAsync(Dictionary<string, string> answered)
    {
        await using var again = ServerProcess.Start(_folder.FullName, Arguments);
        var port = (await again.ListenAsync())["Alford"].Lines;
        foreach (var some in answered.Chunk(200))
        {
            var replies = await LineClient.AskAsync(port, string.Concat(some.Select(line => $"WHATSAT {line.Key} 1 0\n")));
            Assert.Empty(some.Select(line => line.Value).Except(replies.Split('\n'), StringComparer.Ordinal));
        }

        again.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await again.ExitAsync());
    }
}
