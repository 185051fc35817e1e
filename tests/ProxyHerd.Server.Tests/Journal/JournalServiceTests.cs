using Microsoft.Extensions.DependencyInjection;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Hosting;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Tests.Hosting;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>What a stop leaves undone is no fault.</summary>
public sealed class JournalServiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// One of several servers of a process closes its journal a second before the process ends, and the sync that its last
    /// commit made due comes after that.
    /// </summary>
    [Fact]
    public async Task StoppedAsync_SyncIsDueAfterwards_IsNoFault()
    {
        await using var server = new ServerFactory([("Journal:Path", _folder.FullName), ("Journal:Durability", "EverySecond")]);
        var journal = server.Services.GetRequiredService<JournalService>();
        await LineClient.AskAsync(server.Lines, "IAMAT kiwi +34.068930-118.445127 1400794645\n");

        await journal.StoppedAsync(CancellationToken.None);

        var failure = await Eventually.EndAsync("the sync that was due", server.Services.GetRequiredService<HerdServer>().Committer.Failure);
        Assert.Contains("is closed", failure.Message, StringComparison.Ordinal);
        await Task.WhenAny(journal.Fault, Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System));
        Assert.False(journal.Fault.IsCompleted);
        Assert.Empty(server.Logged("is closed"));
    }

    /// <summary>In a test both the program and the factory stop the server. Whichever is told that it is done, the folder is free.</summary>
    [Fact]
    public async Task StoppedAsync_TwiceAtOnce_EachWaitsUntilTheFolderIsFree()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var server = new ServerFactory([("Journal:Path", _folder.FullName), ("Journal:Durability", "Disk")]);
            var journal = server.Services.GetRequiredService<JournalService>();
            await LineClient.AskAsync(server.Lines, $"IAMAT kiwi +34.068930-118.445127 140079464{round}\n");

            using var together = new Barrier(2);
            var stops = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
            {
                together.SignalAndWait();
                return journal.StoppedAsync(CancellationToken.None);
            })).ToArray();
            await await Task.WhenAny(stops);

            using (var again = new RocksDbJournal(JournalPlace.Below(_folder.FullName, "Alford"), Durability.Disk))
                again.Recover(new KeptLines(), new KeptLines());
            await Task.WhenAll(stops);
        }
    }

    /// <summary>Another server of the process may be why; whoever starts it again needs the folder.</summary>
    [Fact]
    public async Task DisposeAsync_BuiltAndNeverStarted_FolderIsFree()
    {
        string[] arguments = [.. ServerProcess.FreePorts, "--Logs:Path=", $"--Journal:Path={_folder.FullName}"];
        for (var round = 0; round < 10; round++)
        {
            await using (var app = ServerHost.Build(Loaded.From(null, arguments), "Alford"))
                ServerHost.Prepare(app);

            using var again = new RocksDbJournal(JournalPlace.Below(_folder.FullName, "Alford"), Durability.Disk);
            again.Recover(new KeptLines(), new KeptLines());
        }
    }
}
