using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// Goes through commits from the last one back, and hands on the first update of each client that it meets, which is its
/// newest. No number may be missing.
/// </summary>
/// <param name="lastSequence">The last number of the last commit.</param>
/// <param name="lines">Takes the updates.</param>
/// <param name="tally">Is told what the next checkpoint has to know of them; null if nobody asks for that.</param>
internal sealed class NewestUpdates(long lastSequence, INewestUpdates lines, CommitTally? tally = null) : IEntryVisitor, IDisposable
{
    // Checkpoints bounds how many bytes of commits a run adds to those that earlier ones left, and the IDs in them are less.
    private readonly ClientIdSet _met = new();

    /// <summary>The number before the first one that was met.</summary>
    public long SequenceBefore { get; private set; } = lastSequence;

    /// <summary>Whether an update of a client was met.</summary>
    public bool HasMet(ReadOnlySpan<byte> clientId) => _met.Contains(clientId);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The entry is no commit, or not the one before the last.</exception>
    public void Visit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key[0] != JournalKeys.Commit)
            throw new InvalidDataException($"the key {Convert.ToHexString(key)} is of no kind that is known");
        var update = CommitEntry.Read(key[1..], value);
        var before = update.Sequence;
        while (update.MoveNext())
        {
            // A commit has only one update of a client.
            var clientId = update.ClientId;
            if (update.Line.IsEmpty)
                tally?.LeaveOut();
            if (clientId.IsEmpty ? !update.Line.IsEmpty : _met.Add(clientId))
                lines.Take(clientId, update);
        }

        if (update.Sequence != SequenceBefore)
            throw new InvalidDataException($"a commit ends with the number {update.Sequence} instead of {SequenceBefore}");
        tally?.Add(key.Length + value.Length);
        SequenceBefore = before;
    }

    /// <inheritdoc/>
    public void Dispose() => _met.Dispose();
}
