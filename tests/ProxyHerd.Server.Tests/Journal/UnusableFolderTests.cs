using ProxyHerd.Server.Tests.Hosting;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>A journal's folder that the server cannot have: exit code 4, and one line that says which, why and what to do.</summary>
public sealed class UnusableFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Start_PathBelowAFile_NamesTheFolder()
    {
        var file = _folder.Write("file", "");

        await AssertRefusedAsync(file, Path.Combine(file, "Alford"), "cannot be used", "another Journal:Path");
    }

    /// <summary>Nobody can make a folder there, whatever the rights: where modes bind everybody this is what a read-only disk says.</summary>
    [Fact]
    public async Task Start_FolderIsReadOnly_NamesTheFolder() =>
        await AssertRefusedAsync("/sys", "/sys/Alford", "cannot be written", "another Journal:Path");

    [Fact]
    public async Task Start_NewerFormat_NamesBothFormats()
    {
        _folder.Write("data/Alford/JOURNAL", "ProxyHerd journal 3\nAlford\n");

        await AssertRefusedAsync("data", _folder.PathOf("data", "Alford"), "has format 3", "format 2 at the most", "Run the version that wrote it");
    }

    [Fact]
    public async Task Start_FolderOfAnotherServer_NamesIt()
    {
        _folder.Write("data/Alford/JOURNAL", "ProxyHerd journal 2\nBolden\n");

        await AssertRefusedAsync("data", _folder.PathOf("data", "Alford"), "belongs to Bolden", "Give Alford another Journal:Path");
    }

    [Fact]
    public async Task Start_FolderOfARunningProcess_LeavesThatOneAlone()
    {
        await using var first = ServerProcess.Start(_folder.FullName, ["Alford", .. ServerProcess.FreePorts, "--Logs:Path="]);
        var port = (await first.ListenAsync())["Alford"].Lines;

        await AssertRefusedAsync("data", _folder.PathOf("data", "Alford"), "is in use", "Stop that one");

        Assert.StartsWith("AT Alford ", await LineClient.AskAsync(port, "IAMAT kiwi +34.068930-118.445127 1400794645\n"), StringComparison.Ordinal);
        first.Signal(ServerProcess.Terminate);
        Assert.Equal(0, await first.ExitAsync());
    }

    /// <summary>What is written to /dev/full meets a full disk: here the database's identity, which is the first file that it makes.</summary>
    [Fact]
    public async Task Start_DiskIsFull_SaysSo()
    {
        Directory.CreateDirectory(_folder.PathOf("data", "Alford"));
        File.CreateSymbolicLink(_folder.PathOf("data", "Alford", "000000.dbtmp"), "/dev/full");

        await AssertRefusedAsync("data", _folder.PathOf("data", "Alford"), "is on a full disk", "No space left on device", "Free some space");
    }

    /// <summary>The last log is a file of which every read fails: the disk may be well again tomorrow, so the folder stays.</summary>
    [Fact]
    public async Task Start_DiskCannotBeRead_DoesNotSayThatItIsDamaged()
    {
        using (var journal = TestJournal.Open(_folder.PathOf("data"), out _, out _))
        {
            await journal.WriteAsync(TestCommit.Of(1, TestCommit.Line("kiwi", 1)), isSynced: true);
            journal.Close();
        }

        var log = Directory.GetFiles(_folder.PathOf("data", "Alford"), "*.log").Max(StringComparer.Ordinal)!;
        File.Move(log, log + ".whole");
        File.CreateSymbolicLink(log, "/proc/self/mem");
        await AssertRefusedAsync("data", _folder.PathOf("data", "Alford"), "cannot be used: ", "Input/output error", "See to that, then start again");
        File.Delete(log);
        File.Move(log + ".whole", log);

        using var again = TestJournal.Open(_folder.PathOf("data"), out _, out var lines);
        Assert.Equal([TestCommit.Line("kiwi", 1)], lines.Lines.Values);
    }

    [Fact]
    public async Task Start_ForeignFolder_IsLeftAsItIs()
    {
        _folder.Write("data/Alford/JOURNAL", "Dear diary,\ntoday\n");

        await AssertRefusedAsync("data", _folder.PathOf("data", "Alford"), "is none of ProxyHerd's");

        Assert.Equal("Dear diary,\ntoday\n", File.ReadAllText(_folder.PathOf("data", "Alford", "JOURNAL")));
    }

    private async Task AssertRefusedAsync(string path, string folder, params string[] said)
    {
        await using var server = ServerProcess.Start(
            _folder.FullName, ["Alford", .. ServerProcess.FreePorts, "--Logs:Path=", $"--Journal:Path={path}"]);

        Assert.Equal(4, await server.ExitAsync());
        var line = Assert.Single(server.ErrorLines);
        Assert.StartsWith($"Alford: the journal in '{folder}' ", line, StringComparison.Ordinal);
        Assert.All(said, piece => Assert.Contains(piece, line, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Ctrl-C stops.", server.Output, StringComparison.Ordinal);
    }
}
