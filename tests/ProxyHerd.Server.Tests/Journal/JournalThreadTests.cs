using ProxyHerd.Server.Journal;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>The thread on which a journal writes.</summary>
public sealed class JournalThreadTests
{
    private static readonly JournalPlace Place = new("Alford", "/data/Alford");

    /// <summary>What is on disk is not known after the first fault, so nothing more is tried, before the end or after it.</summary>
    [Fact]
    public async Task RunAsync_AfterAFault_FailsAsItDidAndRunsNothing()
    {
        var runs = 0;
        var told = new IOException("the disk is full");
        var thread = new JournalThread(
            Place,
            _ =>
            {
                if (++runs == 2)
                    throw new InvalidDataException("what is thrown is not what is told");
            },
            _ => told);
        await RunAsync();

        Assert.Same(told, await Assert.ThrowsAsync<IOException>(RunAsync));
        for (var again = 0; again < 3; again++)
            Assert.Same(told, await Assert.ThrowsAsync<IOException>(RunAsync));
        thread.Stop();
        Assert.Same(told, await Assert.ThrowsAsync<IOException>(RunAsync));
        Assert.Equal(2, runs);

        Task RunAsync() => Eventually.EndAsync("a piece of work", thread.RunAsync(new JournalWork(null, IsSynced: true)).AsTask());
    }

    [Fact]
    public async Task RunAsync_AfterTheEnd_SaysThatItIsClosed()
    {
        var thread = new JournalThread(Place, _ => { }, fault => fault);
        await Eventually.EndAsync("a piece of work", thread.RunAsync(default).AsTask());
        thread.Stop();
        thread.Stop();

        await Assert.ThrowsAsync<JournalClosedException>(async () => await thread.RunAsync(default));
    }
}
