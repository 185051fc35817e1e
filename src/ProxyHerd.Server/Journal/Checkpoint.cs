using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// Puts the newest line of each client that commits changed into the database by client, and drops the commits: what a
/// start has to read stays small, however often a client moved.
/// </summary>
/// <remarks>
/// Commits go last, in one batch with the number up to which it went. Until then they stand above the lines, of which some
/// may have been replaced already, so that a crash at any point changes nothing.
/// </remarks>
internal sealed class Checkpoint(Database database, CancellationToken stopping) : ICommittedLines, IDisposable
{
    /// <summary>
    /// Written at once: large beside what a write costs by itself, and so short, some tenth of a millisecond, that the commit
    /// which comes next does not notice.
    /// </summary>
    private const int WriteBytes = 64 << 10;

    private readonly BatchWriter _batch = new();

    /// <summary>Makes it.</summary>
    /// <param name="lastSequence">The last number of a commit that is written.</param>
    /// <exception cref="OperationCanceledException">The journal closes.</exception>
    /// <exception cref="RocksDbException">The database cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">It does not hold what was written.</exception>
    public void Make(long lastSequence)
    {
        _batch.Clear();
        Span<byte> end = stackalloc byte[sizeof(long)];
        Span<byte> name = stackalloc byte[sizeof(long)];
        CommitEntry.NameOf(lastSequence, end);
        using (var commits = new NewestUpdates(lastSequence, this))
            database.ScanBack([JournalKeys.Commit, .. end], [JournalKeys.Commit], commits);
        _batch.AddDeletion(JournalKeys.Commit, CommitEntry.NameOf(0, name), CommitEntry.NameOf(lastSequence + 1, end));
        CommitWriter.AddCheckpoint(_batch, lastSequence);
        Write();
    }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> clientId, in CommitEntry update)
    {
        if (clientId.IsEmpty)
            return;
        if (update.IsRemoval)
            _batch.AddDeletion(JournalKeys.Line, clientId);
        else
            CommitWriter.AddLine(_batch, clientId, update);
        if (_batch.Length >= WriteBytes)
            Write();
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private void Write()
    {
        stopping.ThrowIfCancellationRequested();
        database.Write(_batch.Bytes, isSynced: false);
        _batch.Clear();
    }
}
