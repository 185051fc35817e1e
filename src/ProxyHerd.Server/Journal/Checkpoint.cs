using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// Puts the newest line of each client that commits changed into the database by client, and drops the commits: what a
/// start has to read stays small, however often a client moved.
/// </summary>
/// <remarks>
/// Commits go last, in one batch with the number up to which it went. Until then they stand above the lines, of which some
/// may have been replaced already, so that a crash at any point changes nothing. A client that changes again meanwhile is
/// passed over: its newest line stands in a commit behind these.
/// </remarks>
internal sealed class Checkpoint(Database database, ICommittedLines lines, CancellationToken stopping) : INewestUpdates, IDisposable
{
    /// <summary>
    /// Written at once: large beside what a write costs by itself, and so short, some tenth of a millisecond, that the commit
    /// which comes next does not notice.
    /// </summary>
    private const int WriteBytes = 64 << 10;

    private readonly BatchWriter _batch = new();

    /// <summary>Makes it.</summary>
    /// <param name="after">The number to which the one before it went.</param>
    /// <param name="lastSequence">The last number of a commit that is written.</param>
    /// <param name="commits">What came of the commits.</param>
    /// <param name="hasLeftOut">Whether since then too a line was left out of one.</param>
    /// <exception cref="OperationCanceledException">The journal closes.</exception>
    /// <exception cref="RocksDbException">The database cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">It does not hold what was written.</exception>
    public void Make(long after, long lastSequence, CommitTally commits, Func<bool> hasLeftOut)
    {
        _batch.Clear();
        for (var place = 0; commits.TryNextRemoved(ref place, out var clientId);)
        {
            _batch.AddDeletion(JournalKeys.Line, clientId);
            WriteIfLarge();
        }

        var isWhole = lines.ForEach(after, lastSequence, this, static (checkpoint, update) =>
            checkpoint.AddLine(update.ClientId, update.Sequence, update.LineHash, update.Line));

        // What memory lost, the commits still have.
        if (!isWhole || commits.HasLeftOut || hasLeftOut())
            ReadBack(lastSequence);

        Span<byte> end = stackalloc byte[sizeof(long)];
        Span<byte> first = stackalloc byte[sizeof(long)];
        _batch.AddDeletion(JournalKeys.Commit, CommitEntry.NameOf(0, first), CommitEntry.NameOf(lastSequence + 1, end));
        CommitWriter.AddCheckpoint(_batch, lastSequence);
        Write();
    }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> clientId, in CommitEntry update)
    {
        if (!clientId.IsEmpty && !update.IsRemoval)
            AddLine(clientId, update.Sequence, update.LineHash, update.Line);
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private void ReadBack(long lastSequence)
    {
        Span<byte> end = stackalloc byte[sizeof(long)];
        using var commits = new NewestUpdates(lastSequence, this);
        database.ScanBack([JournalKeys.Commit, .. CommitEntry.NameOf(lastSequence, end)], [JournalKeys.Commit], commits);
    }

    private void AddLine(ReadOnlySpan<byte> clientId, long sequence, ulong lineHash, ReadOnlySpan<byte> line)
    {
        CommitWriter.AddLine(_batch, clientId, sequence, lineHash, line);
        WriteIfLarge();
    }

    private void WriteIfLarge()
    {
        if (_batch.Length >= WriteBytes)
            Write();
    }

    private void Write()
    {
        stopping.ThrowIfCancellationRequested();
        database.Write(_batch.Bytes, isSynced: false);
        _batch.Clear();
    }
}
