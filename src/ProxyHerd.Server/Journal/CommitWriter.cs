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
    private CommitTally _tally = new();
    private long _next;

    /// <summary>The batch of a commit; good until the next call.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="tally">Is told of it.</param>
    public ReadOnlySpan<byte> Write(CommitBatch commit, CommitTally tally)
    {
        _batch.Clear();
        _tally = tally;
        if (commit.UpdateCount > 0)
            AddUpdates(commit);
        foreach (var position in commit.Positions)
            WritePair(_batch.AddPut(JournalKeys.Position, Encoding.UTF8.GetBytes(position.Neighbour), PairBytes), position.Boot, position.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(_batch.AddPut(JournalKeys.LastSequence, [], sizeof(long)), commit.LastSequence);
        tally.Add(_batch.Length);
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

    /// <summary>The batch of a checkpoint without lines; good until the next call.</summary>
    public ReadOnlySpan<byte> WriteCheckpoint(long lastSequence)
    {
        _batch.Clear();
        AddCheckpoint(_batch, lastSequence);
        return _batch.Bytes;
    }

    /// <summary>Adds the number up to which a checkpoint went.</summary>
    public static void AddCheckpoint(BatchWriter batch, long lastSequence) =>
        BinaryPrimitives.WriteInt64LittleEndian(batch.AddPut(JournalKeys.Checkpoint, [], sizeof(long)), lastSequence);

    /// <summary>Adds a client's line to a batch.</summary>
    public static void AddLine(BatchWriter batch, ReadOnlySpan<byte> clientId, long sequence, ulong lineHash, ReadOnlySpan<byte> line)
    {
        var value = batch.AddPut(JournalKeys.Line, clientId, LineHeaderBytes + line.Length);
        BinaryPrimitives.WriteInt64LittleEndian(value, sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(value[8..], lineHash);
        line.CopyTo(value[LineHeaderBytes..]);
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private void AddUpdates(CommitBatch commit)
    {
        _next = commit.FirstSequence;
        _batch.BeginPut(JournalKeys.Commit, CommitEntry.NameOf(_next, stackalloc byte[sizeof(long)]));
        commit.ForEach(this, static (writer, update) =>
        {
            writer.LeaveOutUpTo(update.Sequence);
            CommitEntry.Append(writer._batch, update);
            if (update.IsRemoval)
                writer._tally.Remove(update.ClientId);
            writer._next++;
        });
        LeaveOutUpTo(commit.LastSequence + 1);
        _batch.EndPut();
    }

    private void LeaveOutUpTo(long sequence)
    {
        for (; _next < sequence; _next++)
        {
            CommitEntry.Append(_batch, default);
            _tally.LeaveOut();
        }
    }

    private static void WritePair(Span<byte> pair, ulong boot, long sequence)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(pair, boot);
        BinaryPrimitives.WriteInt64LittleEndian(pair[8..], sequence);
    }
}
