using ProxyHerd.Herd;
using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// Has the journal read before the server listens, and closed after the last reply and the last link. It says of a journal
/// that failed meanwhile what it is, once.
/// </summary>
internal sealed partial class JournalService(IJournal journal, HerdServer server, ILogger<JournalService> log) : IHostedLifecycleService
{
    private static readonly Task<JournalException> Never = new TaskCompletionSource<JournalException>().Task;

    /// <summary>Completes when the journal has failed while the server ran; the process must end.</summary>
    public Task<JournalException> Fault => journal is RocksDbJournal disk ? disk.Fault : Never;

    /// <inheritdoc/>
    /// <exception cref="JournalException">The journal cannot be used; the server must not listen.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        server.Recover();
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
    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            (journal as RocksDbJournal)?.Close();
        }
        catch (JournalException)
        {
            // The fault says it: to the log, and to whoever runs this server.
        }

        return Task.CompletedTask;
    }

    private async Task ReportFaultAsync()
    {
        var fault = await Fault;
        LogFault(fault.Message);
    }

    [LoggerMessage(EventId = 400, Level = LogLevel.Critical, Message = "{Fault}")]
    private partial void LogFault(string fault);
}
