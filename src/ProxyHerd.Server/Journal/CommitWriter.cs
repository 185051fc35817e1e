using System.Buffers.Binary;
using System.Text;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>Turns commits and boot lists into write batches.</summary>
internal sealed class CommitWriter : IDisposable
{
    /// <summary>A line's number and hash, which stand before it.</summary>
    public const int LineHeaderBytes = 16;

    /// <summary>A boot or a neighbour's position: two numbers.</summary>
    public const int PairBytes = 16;

    private readonly BatchWriter _batch = new();

    /// <summary>The batch of a commit; good until the next call.</summary>
    public ReadOnlySpan<byte> Write(CommitBatch commit)
    {
        _batch.Clear();
        commit.ForEach(_batch, static (batch, update) => Add(batch, update));
        foreach (var position in commit.Positions)
            WritePair(_batch.AddPut(JournalKeys.Position, Encoding.UTF8.GetBytes(position.Neighbour), PairBytes), position.Boot, position.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(_batch.AddPut(JournalKeys.LastSequence, [], sizeof(long)), commit.LastSequence);
        return _batch.Bytes;
    }

    /// <summary>The batch of a boot list; good until the next call.</summary>
    public ReadOnlySpan<byte> Write(IReadOnlyList<BootRecord> boots)
    {
        _batch.Clear();
        var list = _batch.AddPut(JournalKeys.Boots, [], boots.Count * PairBytes);
        foreach (var boot in boots)
        {
            WritePair(list, boot.Boot, boot.LastSequence);
            list = list[PairBytes..];
        }

        return _batch.Bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private static void Add(BatchWriter batch, CommittedUpdate update)
    {
        if (update.IsRemoval)
        {
            batch.AddDeletion(JournalKeys.Line, update.ClientId);
            return;
        }

        var line = update.Line;
        var value = batch.AddPut(JournalKeys.Line, update.ClientId, LineHeaderBytes + line.Length);
        BinaryPrimitives.WriteInt64LittleEndian(value, update.Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(value[8..], update.LineHash);
        line.CopyTo(value[LineHeaderBytes..]);
    }

    private static void WritePair(Span<byte> pair, ulong boot, long sequence)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(pair, boot);
        BinaryPrimitives.WriteInt64LittleEndian(pair[8..], sequence);
    }
}
