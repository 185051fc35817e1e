namespace ProxyHerd.Herd.Locations;

/// <summary>
/// Accepted updates of one shard that will be committed together, the newest of each client. Its arrays are used again
/// by later batches, so that an update of a known client allocates nothing.
/// </summary>
/// <remarks>
/// It needs no limit of its own: a connection reads no further until what it read is committed, so a batch holds at
/// most one read of every connection.
/// </remarks>
internal sealed class UpdateBatch
{
    /// <summary>Arrays larger than this are given up after their batch; a burst is not paid for ever.</summary>
    private const int BytesKeptMax = 4 << 20;

    private PendingUpdate[] _updates = new PendingUpdate[64];
    private byte[] _bytes = new byte[8192];
    private int _bytesUsed;

    /// <summary>Updates in it.</summary>
    public int Count { get; private set; }

    /// <summary>The update at an index, 0 to <see cref="Count"/> - 1.</summary>
    public ref PendingUpdate this[int index] => ref _updates[index];

    /// <summary>The AT line of an update in it.</summary>
    public ReadOnlySpan<byte> LineOf(in PendingUpdate update) => _bytes.AsSpan(update.Offset, update.Length);

    /// <summary>Adds an update; its place for the line is left to <see cref="SetLine"/>.</summary>
    public int Add(int slot)
    {
        if (Count == _updates.Length)
            Array.Resize(ref _updates, Count * 2);
        _updates[Count] = new PendingUpdate { Slot = slot };
        return Count++;
    }

    /// <summary>Copies a line in, over the update's older one where it fits.</summary>
    public void SetLine(ref PendingUpdate update, ReadOnlySpan<byte> line)
    {
        if (update.Length < line.Length)
        {
            if (_bytes.Length - _bytesUsed < line.Length)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _bytesUsed + line.Length));
            update.Offset = _bytesUsed;
            _bytesUsed += line.Length;
        }

        update.Length = (ushort)line.Length;
        line.CopyTo(_bytes.AsSpan(update.Offset));
    }

    /// <summary>Makes it empty, for the next batch.</summary>
    public void Clear()
    {
        Count = 0;
        _bytesUsed = 0;
        if (_bytes.Length > BytesKeptMax)
            _bytes = new byte[8192];
        if (_updates.Length > BytesKeptMax / 64)
            _updates = new PendingUpdate[64];
    }
}
