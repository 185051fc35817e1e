using System.Buffers.Binary;
using System.Text;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>Reads all that a journal holds, and checks it against the format.</summary>
/// <param name="lines">Takes the lines.</param>
internal sealed class JournalReader(IRecoveredLines lines) : IEntryVisitor, INewestUpdates
{
    private readonly List<BootRecord> _boots = [];
    private readonly List<NeighbourPosition> _positions = [];
    private NewestUpdates? _commits;
    private long _lastSequence;

    /// <summary>All but the lines.</summary>
    public JournalState State => new(_boots, _positions, _lastSequence);

    /// <summary>The number to which the last checkpoint went.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>What the next checkpoint has to know of the commits since.</summary>
    public CommitTally Left { get; } = new();

    /// <summary>Reads a database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="hasCheckpoint">Whether its format has checkpoints; in one before that, all lines stand by client.</param>
    /// <exception cref="InvalidDataException">An entry is none that a journal writes, or one is missing.</exception>
    /// <exception cref="RocksDbException">Something cannot be read, or is not as it was written.</exception>
    public void Read(Database database, bool hasCheckpoint)
    {
        database.Scan([], [JournalKeys.Line], this);
        using var commits = new NewestUpdates(_lastSequence, this, Left);
        _commits = commits;
        database.ScanBack([byte.MaxValue], [JournalKeys.Commit], commits);
        if (!hasCheckpoint)
            Checkpoint = _lastSequence;
        else if (commits.SequenceBefore != Checkpoint)
            throw new InvalidDataException($"the commits begin after {commits.SequenceBefore}, and the last checkpoint went to {Checkpoint}");
        database.Scan([JournalKeys.Line], [JournalKeys.Commit], this);
    }

    /// <inheritdoc/>
    public void Visit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        switch (key.IsEmpty ? 0 : key[0])
        {
            case JournalKeys.Line when value.Length > CommitWriter.LineHeaderBytes:
                TakeLine(key[1..], value);
                break;
            case JournalKeys.Boots when value.Length % CommitWriter.PairBytes == 0:
                for (; !value.IsEmpty; value = value[CommitWriter.PairBytes..])
                    _boots.Add(new BootRecord(BootOf(value), SequenceOf(value[8..])));
                break;
            case JournalKeys.LastSequence when value.Length == sizeof(long):
                _lastSequence = SequenceOf(value);
                break;
            case JournalKeys.Position when value.Length == CommitWriter.PairBytes:
                _positions.Add(new NeighbourPosition(Encoding.UTF8.GetString(key[1..]), BootOf(value), SequenceOf(value[8..])));
                break;
            case JournalKeys.Checkpoint when value.Length == sizeof(long):
                Checkpoint = SequenceOf(value);
                break;
            default:
                throw new InvalidDataException($"the key {Convert.ToHexString(key)} has a value of {value.Length} bytes");
        }
    }

    /// <inheritdoc/>
    public void Take(ReadOnlySpan<byte> clientId, in CommitEntry update)
    {
        if (update.IsRemoval)
            Left.Remove(clientId);
        else if (!lines.Take(update.Sequence, update.LineHash, update.Line))
            Left.LeaveOut();
    }

    private void TakeLine(ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> value)
    {
        var sequence = SequenceOf(value);
        if (sequence > _lastSequence || sequence <= 0)
            throw new InvalidDataException($"a line has the number {sequence}, and the last one given was {_lastSequence}");
        if (!_commits!.HasMet(clientId))
            lines.Take(sequence, BinaryPrimitives.ReadUInt64LittleEndian(value[8..]), value[CommitWriter.LineHeaderBytes..]);
    }

    private static ulong BootOf(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt64LittleEndian(value);

    private static long SequenceOf(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64LittleEndian(value);
}
