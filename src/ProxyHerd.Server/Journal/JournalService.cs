using ProxyHerd.Herd;
using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// Has the journal read before the server listens, and closed after the last reply and the last link. It says of a journal
/// that failed meanwhile what it is, once.
/// </summary>
internal sealed partial class JournalService(IJournal journal, HerdServer server, ILogger<JournalService> log) : IHostedLifecycleService, IJournalHealth, IAsyncDisposable
{
    private readonly Lazy<Task> _recovery = new(() => Task.Run(server.Recover));

    /// <summary>
    /// One close, for which all wait who stop the host: there may be two at once, and each goes on to what needs the folder. It
    /// runs on another thread, since a stop may have come to the journal's, which a close waits for.
    /// </summary>
    private readonly Lazy<Task> _closing = new(() => Task.Run(() => Close(journal as RocksDbJournal)));

    /// <inheritdoc/>
    public Task<IOException> Fault { get; } = FirstOf(journal as RocksDbJournal, server.Committer);

    /// <summary>
    /// Begins to read the journal on another thread, while the rest of the server is built: it waits for the disk more than it
    /// computes. Whatever comes of it, <see cref="StartingAsync"/> says.
    /// </summary>
    public void Begin() => _ = _recovery.Value;

    /// <inheritdoc/>
    /// <exception cref="JournalException">The journal cannot be used; the server must not listen.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await _recovery.Value;
        _ = ReportFaultAsync();
        await server.Keeper.SweepAsync();
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Kestrel has stopped by now, and so have the links, whose service was added later.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await EndReadingAsync();
        await _closing.Value;
    }

    /// <summary>The journal is disposed of after this.</summary>
    public async ValueTask DisposeAsync() => await EndReadingAsync();

    private static void Close(RocksDbJournal? journal)
    {
        try
        {
            journal?.Close();
        }
        catch (JournalException)
        {
            // The fault says it: to the log, and to whoever runs this server.
        }
    }

    /// <summary>
    /// The journal's own words come first, if it is the cause. What comes after it was closed, a sync that was due for example,
    /// is none.
    /// </summary>
    private static async Task<IOException> FirstOf(RocksDbJournal? journal, Committer committer)
    {
        if (journal is null)
            return await committer.Failure;
        await Task.WhenAny(journal.Fault, committer.Failure);
        return !journal.Fault.IsCompleted && await committer.Failure is not JournalClosedException and var failure ? failure : await journal.Fault;
    }

    /// <summary>Of a server that was never started, or whose start failed, the journal may still be being read.</summary>
    private async Task EndReadingAsync()
    {
        if (_recovery.IsValueCreated)
            await _recovery.Value.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReportFaultAsync()
    {
        var fault = await Fault;
        LogFault(fault.Message);
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Critical, Message = "{Fault}")]
    private partial void LogFault(string fault);
}
