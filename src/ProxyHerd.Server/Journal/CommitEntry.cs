using System.Buffers.Binary;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>The updates of one commit as the journal keeps them until a checkpoint: read one after another.</summary>
/// <remarks>README.md beside this file has its form. One entry a commit costs the database what one line would.</remarks>
internal ref struct CommitEntry
{
    private const int LengthBytes = sizeof(ushort);
    private const int HashBytes = sizeof(ulong);

    /// <summary>Lines are shorter than this bit says.</summary>
    private const int RemovalBit = 0x8000;

    private ReadOnlySpan<byte> _rest;

    private CommitEntry(long firstSequence, ReadOnlySpan<byte> updates)
    {
        Sequence = firstSequence - 1;
        _rest = updates;
    }

    /// <summary>The update's number; before the first one, one less than that.</summary>
    public long Sequence { get; private set; }

    /// <summary>The hash of the line when it was committed.</summary>
    public ulong LineHash { get; private set; }

    /// <summary>The AT line; empty if it was found damaged in memory and left out.</summary>
    public ReadOnlySpan<byte> Line { get; private set; }

    /// <summary>Whether the client is removed; the line is then the one that it had.</summary>
    public bool IsRemoval { get; private set; }

    /// <summary>The client's ID, the fourth field of the line; empty if there is none.</summary>
    public readonly ReadOnlySpan<byte> ClientId
    {
        get
        {
            var rest = Line;
            for (var skipped = 0; skipped < 3; skipped++)
                rest = rest[(rest.IndexOf((byte)' ') + 1)..];
            return rest[..Math.Max(rest.IndexOf((byte)' '), 0)];
        }
    }

    /// <summary>Adds an update to the entry that a batch has begun; the default for one whose line is left out.</summary>
    public static void Append(BatchWriter batch, CommittedUpdate update)
    {
        var piece = batch.AddPiece(LengthBytes + HashBytes + update.Line.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(piece, (ushort)(update.Line.Length | (update.IsRemoval ? RemovalBit : 0)));
        BinaryPrimitives.WriteUInt64LittleEndian(piece[LengthBytes..], update.LineHash);
        update.Line.CopyTo(piece[(LengthBytes + HashBytes)..]);
    }

    /// <summary>Begins to read an entry.</summary>
    /// <param name="name">The key without its first byte.</param>
    /// <param name="updates">The value.</param>
    /// <exception cref="InvalidDataException">The key is none of a commit.</exception>
    public static CommitEntry Read(ReadOnlySpan<byte> name, ReadOnlySpan<byte> updates) =>
        name.Length == sizeof(long) && BinaryPrimitives.ReadInt64BigEndian(name) is > 0 and var first
            ? new CommitEntry(first, updates)
            : throw new InvalidDataException($"'{Convert.ToHexString(name)}' is no first number of a commit");

    /// <summary>What names the commit that begins with a number.</summary>
    public static ReadOnlySpan<byte> NameOf(long firstSequence, Span<byte> name)
    {
        BinaryPrimitives.WriteInt64BigEndian(name, firstSequence);
        return name[..sizeof(long)];
    }

    /// <summary>Goes to the next update.</summary>
    /// <returns>False if that was the last.</returns>
    /// <exception cref="InvalidDataException">What stands there is none.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        Sequence++;
        var head = _rest.Length < LengthBytes ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        var length = head & ~RemovalBit;
        if (_rest.Length < LengthBytes + HashBytes + length)
            throw new InvalidDataException($"the update with number {Sequence} is cut short");
        IsRemoval = (head & RemovalBit) != 0;
        LineHash = BinaryPrimitives.ReadUInt64LittleEndian(_rest[LengthBytes..]);
        Line = _rest.Slice(LengthBytes + HashBytes, length);
        _rest = _rest[(LengthBytes + HashBytes + length)..];
        return true;
    }
}
