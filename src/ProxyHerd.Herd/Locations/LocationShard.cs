using System.IO.Hashing;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Locations;

/// <summary>A part of the store with a lock of its own: its clients, their open batch and the one being committed.</summary>
internal sealed class LocationShard
{
    private readonly Lock _lock = new();
    private readonly LocationTable _table = new();
    private UpdateBatch _open = new();
    private UpdateBatch _closed = new();
    private ulong _digest;
    private int _committed;

    /// <summary>Committed clients.</summary>
    public int Count => Volatile.Read(ref _committed);

    /// <summary>Exclusive-or of the hashes of all committed AT lines.</summary>
    public ulong Digest
    {
        get
        {
            lock (_lock)
                return _digest;
        }
    }

    /// <summary>Fetches ahead what an update of a client will touch; see <see cref="LocationTable.Warm"/>.</summary>
    public void Warm(uint hash) => _table.Warm(hash);

    /// <summary>Merges an update in.</summary>
    /// <param name="update">The update and where it came from.</param>
    /// <param name="gate">Counts clients over all shards.</param>
    /// <param name="stored">Where the newest line goes if the outcome is Same and the caller wants it; else empty.</param>
    /// <param name="storedLength">Bytes of it.</param>
    /// <param name="waitsIn">Which batch holds the line that now is the newest.</param>
    public AcceptOutcome Accept(
        in Update update, ClientGate gate, Span<byte> stored, out int storedLength, out WaitsIn waitsIn)
    {
        storedLength = 0;
        lock (_lock)
        {
            var slot = _table.Find(update.Hash, update.At.ClientId);
            if (slot < 0)
            {
                waitsIn = WaitsIn.OpenBatch;
                if (!gate.TryEnter(update.IsFromClient))
                {
                    waitsIn = WaitsIn.Nothing;
                    return AcceptOutcome.Full;
                }

                Create(update);
                return AcceptOutcome.Accepted;
            }

            ref var record = ref _table[slot];
            var newest = NewestOf(in record, out waitsIn);
            var isNewer = update.IsFromClient
                ? update.At.TimeNanoseconds > newest.Time
                : UpdateOrder.IsNewer(
                    update.At.TimeNanoseconds, update.At.SkewNanoseconds, update.Line, newest.Time, newest.Skew, newest.Line);
            if (isNewer)
            {
                waitsIn = WaitsIn.OpenBatch;
                Put(ref record, slot, update);
                return AcceptOutcome.Accepted;
            }

            if (!IsSame(update, newest))
                return AcceptOutcome.Stale;
            if (!stored.IsEmpty)
            {
                newest.Line.CopyTo(stored);
                storedLength = newest.Line.Length;
            }

            return AcceptOutcome.Same;
        }
    }

    /// <summary>Copies a client's newest line, committed or not.</summary>
    /// <returns>Its length, 0 if the client is not known.</returns>
    public int Find(uint hash, ReadOnlySpan<byte> clientId, Span<byte> destination, out WaitsIn waitsIn)
    {
        waitsIn = WaitsIn.Nothing;
        lock (_lock)
        {
            var slot = _table.Find(hash, clientId);
            if (slot < 0)
                return 0;
            var newest = NewestOf(in _table[slot], out waitsIn);
            newest.Line.CopyTo(destination);
            return newest.Line.Length;
        }
    }

    /// <summary>Turns the open batch into the one being committed. Called by the committer alone.</summary>
    public UpdateBatch Close()
    {
        lock (_lock)
        {
            (_open, _closed) = (_closed, _open);
            for (var i = 0; i < _closed.Count; i++)
            {
                ref var record = ref _table[_closed[i].Slot];
                record.Closed = i + 1;
                record.Open = 0;
            }

            return _closed;
        }
    }

    /// <summary>Makes the closed batch the committed state. Called by the committer alone.</summary>
    /// <param name="firstSequence">Number of the batch's first update; the others follow.</param>
    public void Publish(long firstSequence)
    {
        lock (_lock)
        {
            for (var i = 0; i < _closed.Count; i++)
                Publish(in _closed[i], firstSequence + i);
            _closed.Clear();
        }
    }

    /// <summary>Copies the line that has a sequence number, unless a newer one has taken its place.</summary>
    /// <param name="slot">The client's slot.</param>
    /// <param name="sequence">The number.</param>
    /// <param name="skippedOrigin">Lines of this origin are passed over; 0 for none.</param>
    /// <param name="destination">At least <see cref="AtLine.BytesMax"/> bytes.</param>
    /// <returns>Bytes copied; 0 if there is nothing to send.</returns>
    public int CopyCommitted(int slot, long sequence, int skippedOrigin, Span<byte> destination)
    {
        lock (_lock)
        {
            if (slot >= _table.Count)
                return 0;
            ref var record = ref _table[slot];
            return record.Sequence != sequence || IsSkipped(in record, skippedOrigin) ? 0 : CopyLine(in record, destination);
        }
    }

    /// <summary>Copies committed lines, each with a line end, from a slot on.</summary>
    /// <param name="slot">The first slot to look at; afterwards the next one.</param>
    /// <param name="afterSequence">Lines numbered so or lower are passed over.</param>
    /// <param name="skippedOrigin">Lines of this origin are passed over; 0 for none.</param>
    /// <param name="destination">At least one line's room; as many are copied as fit.</param>
    /// <param name="lines">Lines copied.</param>
    /// <param name="isAtEnd">Whether there are no further slots.</param>
    /// <returns>Bytes copied.</returns>
    public int Scan(ref int slot, long afterSequence, int skippedOrigin, Span<byte> destination, out int lines, out bool isAtEnd)
    {
        // Whoever updates this shard waits meanwhile, so one hold of the lock looks at no more than this.
        const int SlotsMax = 512;
        var written = 0;
        lines = 0;
        lock (_lock)
        {
            var end = Math.Min(_table.Count, slot + SlotsMax);
            for (; slot < end; slot++)
            {
                ref var record = ref _table[slot];
                if (record.Sequence <= afterSequence || IsSkipped(in record, skippedOrigin))
                    continue;
                if (written + record.LineLength + 1 > destination.Length)
                    break;
                written += CopyLine(in record, destination[written..]);
                destination[written++] = (byte)'\n';
                lines++;
            }

            isAtEnd = slot >= _table.Count;
        }

        return written;
    }

    private void Create(in Update update)
    {
        var slot = _table.Add(update.Hash);
        ref var record = ref _table[slot];
        _table.SetLine(ref record, update.Line, update.At.ClientIdOffset);
        record.ClientIdLength = (byte)update.At.ClientId.Length;
        Put(ref record, slot, update);
    }

    private void Put(ref LocationRecord record, int slot, in Update update)
    {
        if (record.Open == 0)
            record.Open = _open.Add(slot) + 1;
        ref var pending = ref _open[record.Open - 1];
        _open.SetLine(ref pending, update.Line);
        pending.ClientIdOffset = (ushort)update.At.ClientIdOffset;
        pending.Time = update.At.TimeNanoseconds;
        pending.Skew = update.At.SkewNanoseconds;
        pending.Origin = update.Origin;
        pending.LineHash = XxHash3.HashToUInt64(update.Line);
    }

    private void Publish(in PendingUpdate pending, long sequence)
    {
        ref var record = ref _table[pending.Slot];
        var line = _closed.LineOf(pending);
        var hash = pending.LineHash;
        if (record.Sequence == 0)
            Volatile.Write(ref _committed, _committed + 1);
        else
            _digest ^= record.LineHash;
        _digest ^= hash;
        _table.SetLine(ref record, line, pending.ClientIdOffset);
        record.LineHash = hash;
        record.Time = pending.Time;
        record.Skew = pending.Skew;
        record.Origin = pending.Origin;
        record.Sequence = sequence;
        record.Closed = 0;
    }

    private Newest NewestOf(ref readonly LocationRecord record, out WaitsIn waitsIn)
    {
        waitsIn = record.Open != 0 ? WaitsIn.OpenBatch : record.Closed != 0 ? WaitsIn.ClosedBatch : WaitsIn.Nothing;
        if (waitsIn == WaitsIn.Nothing)
            return new Newest(record.Time, record.Skew, _table.LineOf(in record));
        var batch = waitsIn == WaitsIn.OpenBatch ? _open : _closed;
        ref var pending = ref batch[(waitsIn == WaitsIn.OpenBatch ? record.Open : record.Closed) - 1];
        return new Newest(pending.Time, pending.Skew, batch.LineOf(pending));
    }

    /// <summary>A client's update is the same by time and position; a neighbour's by its bytes.</summary>
    private static bool IsSame(in Update update, Newest newest)
    {
        if (!update.IsFromClient)
            return update.Line.SequenceEqual(newest.Line);
        return update.At.TimeNanoseconds == newest.Time
            && AtLine.TryParse(newest.Line, out var other) && update.At.Position.SequenceEqual(other.Position);
    }

    private static bool IsSkipped(in LocationRecord record, int skippedOrigin) =>
        record.Sequence == 0 || (skippedOrigin != 0 && record.Origin == skippedOrigin);

    private int CopyLine(ref readonly LocationRecord record, Span<byte> destination)
    {
        _table.LineOf(in record).CopyTo(destination);
        return record.LineLength;
    }

    private readonly ref struct Newest(long time, long skew, ReadOnlySpan<byte> line)
    {
        public long Time { get; } = time;

        public long Skew { get; } = skew;

        public ReadOnlySpan<byte> Line { get; } = line;
    }
}
