using System.Buffers.Binary;

namespace ProxyHerd.Server.Journal;

/// <summary>What a checkpoint has to know of the commits that it will take and that the store can no longer tell it.</summary>
internal sealed class CommitTally
{
    private const int LengthBytes = sizeof(ushort);

    /// <summary>
    /// Client IDs one behind the other, each after its length. <see cref="Checkpoints"/> bounds the bytes of commits, and
    /// these are less.
    /// </summary>
    private byte[] _removed = [];
    private int _removedBytes;
    private volatile bool _hasLeftOut;

    /// <summary>Bytes that they take.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// Whether a line was left out because it was damaged in memory: then the store may lack others too that the commits have.
    /// </summary>
    public bool HasLeftOut => _hasLeftOut;

    /// <summary>Counts a commit's bytes.</summary>
    public void Add(long bytes) => Bytes += bytes;

    /// <summary>Notes that a line is left out, before the store lacks it.</summary>
    public void LeaveOut() => _hasLeftOut = true;

    /// <summary>Notes that a client is removed.</summary>
    public void Remove(ReadOnlySpan<byte> clientId)
    {
        var end = checked(_removedBytes + LengthBytes + clientId.Length);
        if (end > _removed.Length)
            Array.Resize(ref _removed, (int)Math.Min(Math.Max(end, 2L * _removed.Length), Array.MaxLength));
        BinaryPrimitives.WriteUInt16LittleEndian(_removed.AsSpan(_removedBytes), checked((ushort)clientId.Length));
        clientId.CopyTo(_removed.AsSpan(_removedBytes + LengthBytes));
        _removedBytes = end;
    }

    /// <summary>Goes through the clients that were removed, some of which may have come back.</summary>
    /// <param name="place">0 for the first; afterwards where the next one is.</param>
    /// <param name="clientId">The client's ID.</param>
    /// <returns>False if there is no further one.</returns>
    public bool TryNextRemoved(ref int place, out ReadOnlySpan<byte> clientId)
    {
        clientId = default;
        if (place == _removedBytes)
            return false;
        clientId = _removed.AsSpan(place + LengthBytes, BinaryPrimitives.ReadUInt16LittleEndian(_removed.AsSpan(place)));
        place += LengthBytes + clientId.Length;
        return true;
    }
}
