using System.Buffers.Binary;
using System.Text;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>Hands on what a journal's scan meets, and holds it against the format.</summary>
internal sealed class JournalReader(IRecoveredLines lines) : IEntryVisitor
{
    private readonly List<BootRecord> _boots = [];
    private readonly List<NeighbourPosition> _positions = [];
    private long _lastSequence;

    /// <summary>All but the lines.</summary>
    public JournalState State => new(_boots, _positions, _lastSequence);

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">An entry is none that a journal writes.</exception>
    public void Visit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        switch (key.IsEmpty ? 0 : key[0])
        {
            case JournalKeys.Line when value.Length > CommitWriter.LineHeaderBytes:
                TakeLine(value);
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
            default:
                throw new InvalidDataException($"the key {Convert.ToHexString(key)} has a value of {value.Length} bytes");
        }
    }

    /// <summary>The highest number is in every commit, and its key comes before those of the lines.</summary>
    private void TakeLine(ReadOnlySpan<byte> value)
    {
        var sequence = SequenceOf(value);
        if (sequence > _lastSequence || sequence <= 0)
            throw new InvalidDataException($"a line has the number {sequence}, and the last one given was {_lastSequence}");
        lines.Take(sequence, BinaryPrimitives.ReadUInt64LittleEndian(value[8..]), value[CommitWriter.LineHeaderBytes..]);
    }

    private static ulong BootOf(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadUInt64LittleEndian(value);

    private static long SequenceOf(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64LittleEndian(value);
}
