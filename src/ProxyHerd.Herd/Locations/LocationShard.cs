using System.IO.Hashing;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Locations;

/// <summary>A part of the store with a lock of its own: its clients, their open batch and the one being committed.</summary>
internal sealed partial class LocationShard(ClientGate gate, StoreDigest digest, Mistakes mistakes)
{
    /// <summary>So many records ahead: what one takes to come from memory is about what these take to be published.</summary>
    private const int FetchedAhead = 6;

    private readonly Lock _lock = new();
    private readonly LocationTable _table = new();
    private UpdateBatch _open = new();
    private UpdateBatch _closed = new();
    private int _committed;

    /// <summary>Committed clients.</summary>
    public int Count => Volatile.Read(ref _committed);

    /// <summary>Fetches ahead; see <see cref="LocationTable.FetchEntry"/>.</summary>
    public void FetchEntry(uint hash) => _table.FetchEntry(hash);

    /// <summary>Fetches ahead; see <see cref="LocationTable.FetchRecord"/>.</summary>
    public void FetchRecord(uint hash) => _table.FetchRecord(hash);

    /// <summary>Fetches ahead; see <see cref="LocationTable.FetchSlot"/>.</summary>
    public void FetchSlot(int slot) => _table.FetchSlot(slot);

    /// <summary>Merges an update in.</summary>
    /// <param name="update">The update and where it came from.</param>
    /// <param name="stored">Where the newest line goes if the outcome is Same and the caller wants it; else empty.</param>
    /// <param name="storedLength">Bytes of it.</param>
    /// <param name="waitsIn">Which batch holds the line that now is the newest.</param>
    public AcceptOutcome Accept(
        in Update update, Span<byte> stored, out int storedLength, out WaitsIn waitsIn)
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

                var created = Create(update);
                Put(ref _table[created], created, update);
                return AcceptOutcome.Accepted;
            }

            ref var record = ref _table[slot];
            var newest = NewestOf(in record, out waitsIn);

            // Only a tie looks at the line's bytes, and so must not if they are not what was committed.
            var isDamaged = update.At.TimeNanoseconds == newest.Time && !IsIntact(newest);
            if (IsNewer(update, newest, isDamaged))
            {
                waitsIn = WaitsIn.OpenBatch;
                Put(ref record, slot, update);
                return AcceptOutcome.Accepted;
            }

            if (isDamaged || !IsSame(update, newest))
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
    /// <param name="hash">Hash of the client ID, within the shard.</param>
    /// <param name="clientId">The client.</param>
    /// <param name="oldest">A line with a time before this, in nanoseconds since 1970, has expired and is not found.</param>
    /// <param name="destination">At least <see cref="AtLine.BytesMax"/> bytes.</param>
    /// <param name="waitsIn">Which batch holds the line.</param>
    /// <returns>Its length, 0 if the client is not known.</returns>
    public int Find(uint hash, ReadOnlySpan<byte> clientId, long oldest, Span<byte> destination, out WaitsIn waitsIn)
    {
        waitsIn = WaitsIn.Nothing;
        lock (_lock)
        {
            var slot = _table.Find(hash, clientId);
            if (slot < 0)
                return 0;
            var newest = NewestOf(in _table[slot], out waitsIn);
            if (LocationStore.ExpiryTimeOf(newest.Time, newest.Skew, mistakes) < oldest || !IsIntact(newest))
                return 0;
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
    /// <param name="isCached">Whether the processor has in its caches what the updates touch; else it is fetched ahead.</param>
    public void Publish(long firstSequence, bool isCached)
    {
        lock (_lock)
        {
            var fetched = isCached ? _closed.Count : 0;
            for (var i = 0; i < _closed.Count; i++)
            {
                for (; fetched < _closed.Count && fetched <= i + FetchedAhead; fetched++)
                    Fetch(in _closed[fetched]);
                Publish(in _closed[i], firstSequence + i);
            }

            _closed.Clear();
        }
    }

    /// <summary>Puts in a line that is committed already. Called before anything is accepted.</summary>
    public void Restore(in Update update, ulong lineHash, long sequence)
    {
        lock (_lock)
        {
            var slot = _table.Find(update.Hash, update.At.ClientId);
            if (slot < 0)
            {
                gate.Enter();
                slot = Create(update);
            }
            else if (_table[slot].Sequence >= sequence)
            {
                return;
            }

            ref var record = ref _table[slot];
            var pending = new PendingUpdate
            {
                ClientIdOffset = (ushort)update.At.ClientIdOffset,
                LineHash = lineHash,
                Time = update.At.TimeNanoseconds,
                Skew = update.At.SkewNanoseconds,
            };
            Commit(ref record, pending, update.Line, sequence, isCountedAnew: false);
        }
    }

    private void Fetch(in PendingUpdate pending)
    {
        _table.FetchSlot(pending.Slot);
        digest.Fetch(pending.Bucket);
    }

    private int Create(in Update update)
    {
        var slot = _table.Add(update.Hash);
        ref var record = ref _table[slot];
        _table.SetLine(ref record, update.Line, update.At.ClientIdOffset);
        record.ClientIdLength = (byte)update.At.ClientId.Length;
        record.Hash = update.Hash;
        record.Bucket = DigestTree.BucketOf(XxHash3.HashToUInt64(update.At.ClientId));
        return slot;
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
        pending.Bucket = record.Bucket;
        pending.IsRemoval = pending.IsDamaged = false;
    }

    private void Publish(in PendingUpdate pending, long sequence)
    {
        ref var record = ref _table[pending.Slot];
        record.Closed = 0;
        if (pending.IsRemoval)
        {
            Remove(ref record, pending.Slot);
            return;
        }

        Commit(ref record, pending, _closed.LineOf(pending), sequence, pending.Slot < _countedAnew);
    }

    /// <summary>Gives a record its committed line.</summary>
    private void Commit(
        ref LocationRecord record, in PendingUpdate pending, ReadOnlySpan<byte> line, long sequence, bool isCountedAnew)
    {
        var difference = pending.LineHash;
        if (record.Sequence == 0)
            Volatile.Write(ref _committed, _committed + 1);
        else
            difference ^= record.LineHash;
        digest.Apply(record.Bucket, difference, isCountedAnew);
        _table.SetLine(ref record, line, pending.ClientIdOffset);
        record.LineHash = pending.LineHash;
        record.Time = pending.Time;
        record.Skew = pending.Skew;
        record.Origin = pending.Origin;
        record.Sequence = sequence;
        if (pending.Time > _latestTime)
            Volatile.Write(ref _latestTime, pending.Time);
    }

    private void Remove(ref LocationRecord record, int slot)
    {
        Volatile.Write(ref _committed, _committed - 1);
        digest.Apply(record.Bucket, record.LineHash, slot < _countedAnew);
        record.Sequence = 0;

        // A newer update of the client may wait in the open batch already: then the record stays, as that of a new client.
        if (record.Open != 0)
            return;
        _table.Remove(slot);
        gate.Leave();
    }

    private Newest NewestOf(ref readonly LocationRecord record, out WaitsIn waitsIn)
    {
        waitsIn = record.Open != 0 ? WaitsIn.OpenBatch : record.Closed != 0 ? WaitsIn.ClosedBatch : WaitsIn.Nothing;
        if (waitsIn == WaitsIn.Nothing)
            return new Newest(record.Time, record.Skew, record.LineHash, _table.LineOf(in record));
        var batch = waitsIn == WaitsIn.OpenBatch ? _open : _closed;
        ref var pending = ref batch[(waitsIn == WaitsIn.OpenBatch ? record.Open : record.Closed) - 1];
        return new Newest(pending.Time, pending.Skew, pending.LineHash, batch.LineOf(pending));
    }

    /// <summary>A client's update is newer by its time alone, a neighbour's by the whole order; so is what heals damage.</summary>
    private bool IsNewer(in Update update, Newest newest, bool isDamaged)
    {
        var at = update.At;
        if (update.IsFromClient || (mistakes & Mistakes.NoTieBreak) != 0)
            return at.TimeNanoseconds > newest.Time;
        return isDamaged
            ? at.SkewNanoseconds <= newest.Skew
            : UpdateOrder.IsNewer(at.TimeNanoseconds, at.SkewNanoseconds, update.Line, newest.Time, newest.Skew, newest.Line);
    }

    /// <summary>A client's update is the same by time and position; a neighbour's by its bytes.</summary>
    private static bool IsSame(in Update update, Newest newest)
    {
        if (!update.IsFromClient)
            return update.Line.SequenceEqual(newest.Line);
        return update.At.TimeNanoseconds == newest.Time
            && AtLine.TryParse(newest.Line, out var other) && update.At.Position.SequenceEqual(other.Position);
    }

    private static bool IsIntact(ReadOnlySpan<byte> line, ulong lineHash) => XxHash3.HashToUInt64(line) == lineHash;

    /// <summary>Whether a line is what was accepted; if it is not, the next sweep looks for all that are damaged.</summary>
    private bool IsIntact(Newest newest)
    {
        if (IsIntact(newest.Line, newest.LineHash))
            return true;
        Volatile.Write(ref _hasDamage, true);
        return false;
    }

    private readonly ref struct Newest(long time, long skew, ulong lineHash, ReadOnlySpan<byte> line)
    {
        public long Time { get; } = time;

        public long Skew { get; } = skew;

        public ulong LineHash { get; } = lineHash;

        public ReadOnlySpan<byte> Line { get; } = line;
    }
}
