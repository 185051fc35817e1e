using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Locations;

/// <content>What goes through the shard's committed lines: followers, repair, expiry, and the look for damage.</content>
internal sealed partial class LocationShard
{
    /// <summary>
    /// Slots that one hold of the lock looks at: whoever updates this shard waits meanwhile, some ten microseconds.
    /// </summary>
    private const int SlotsMax = 512;

    /// <summary>Slots that the digest tree which is being made anew has counted.</summary>
    private int _countedAnew;
    private long _latestTime = long.MinValue;
    private bool _hasDamage;

    /// <summary>The largest time committed so far, in nanoseconds since 1970; what had it may be gone.</summary>
    public long LatestTime => Volatile.Read(ref _latestTime);

    /// <summary>Whether a line was met that is not what was committed.</summary>
    public bool HasDamage => Volatile.Read(ref _hasDamage);

    /// <summary>The sequence number in a slot, 0 if nothing is committed there.</summary>
    /// <returns>False if there is no such slot.</returns>
    public bool TrySequence(int slot, out long sequence)
    {
        lock (_lock)
        {
            sequence = slot < _table.Count ? _table[slot].Sequence : 0;
            return slot < _table.Count;
        }
    }

    /// <summary>Copies the line that has a sequence number, and what was committed with it.</summary>
    /// <param name="slot">The client's slot.</param>
    /// <param name="sequence">The number.</param>
    /// <param name="skippedOrigin">Lines of this origin are passed over; 0 for none.</param>
    /// <param name="destination">At least <see cref="AtLine.BytesMax"/> bytes.</param>
    /// <param name="copy">What was copied.</param>
    /// <returns>False if a newer one has taken its place, or it is passed over.</returns>
    public bool TryCopyCommitted(int slot, long sequence, int skippedOrigin, Span<byte> destination, out CommittedCopy copy)
    {
        copy = default;
        lock (_lock)
        {
            if (slot >= _table.Count)
                return false;
            ref var record = ref _table[slot];
            if (record.Sequence != sequence || IsSkipped(in record, skippedOrigin))
                return false;
            copy = new CommittedCopy(CopyLine(in record, destination), record.LineHash, record.ClientIdOffset);
            return true;
        }
    }

    /// <summary>Finds the next slot whose committed line has a number in a range, a piece of the shard a call.</summary>
    /// <param name="slot">The first slot to look at; afterwards the one behind the one that was found.</param>
    /// <param name="after">Numbers behind this one.</param>
    /// <param name="last">The last number of the range.</param>
    /// <param name="sequence">The number that was found; 0 for none in this piece.</param>
    /// <param name="isAtEnd">Whether there are no further slots.</param>
    public void FindCommitted(ref int slot, long after, long last, out long sequence, out bool isAtEnd)
    {
        sequence = 0;
        lock (_lock)
        {
            for (var end = Math.Min(_table.Count, slot + SlotsMax); slot < end && sequence == 0; slot++)
            {
                if (_table[slot].Sequence is var found && found > after && found <= last)
                    sequence = found;
            }

            isAtEnd = slot >= _table.Count;
        }
    }

    /// <summary>Copies committed lines, each with a line end, from a slot on.</summary>
    /// <param name="slot">The first slot to look at; afterwards the next one.</param>
    /// <param name="filter">Which lines.</param>
    /// <param name="destination">At least one line's room; as many are copied as fit.</param>
    /// <param name="lines">Lines copied.</param>
    /// <param name="isAtEnd">Whether there are no further slots.</param>
    /// <returns>Bytes copied.</returns>
    public int Scan(ref int slot, in ScanFilter filter, Span<byte> destination, out int lines, out bool isAtEnd)
    {
        var written = 0;
        lines = 0;
        lock (_lock)
        {
            var end = Math.Min(_table.Count, slot + SlotsMax);
            for (; slot < end; slot++)
            {
                ref var record = ref _table[slot];
                if (record.Sequence <= filter.AfterSequence || IsSkipped(in record, filter.SkippedOrigin)
                    || filter.Buckets?.Contains(record.Bucket) == false)
                    continue;
                if (written + record.LineLength + 1 > destination.Length)
                    break;
                var length = CopyLine(in record, destination[written..]);
                if (length == 0)
                    continue;
                written += length;
                destination[written++] = (byte)'\n';
                lines++;
            }

            isAtEnd = slot >= _table.Count;
        }

        return written;
    }

    /// <summary>
    /// Has the committed lines removed whose time lies outside bounds, from a slot on. The removals join the open batch,
    /// where an update of such a client that comes before the commit takes their place.
    /// </summary>
    /// <param name="slot">The first slot to look at; afterwards the next one.</param>
    /// <param name="oldest">Lines with a smaller time are removed, in nanoseconds since 1970.</param>
    /// <param name="latest">And those with a larger one.</param>
    /// <param name="isAtEnd">Whether there are no further slots.</param>
    /// <returns>Lines that will be removed.</returns>
    public int RemoveOutside(ref int slot, long oldest, long latest, out bool isAtEnd)
    {
        var removed = 0;
        lock (_lock)
        {
            for (var end = Math.Min(_table.Count, slot + SlotsMax); slot < end; slot++)
            {
                ref var record = ref _table[slot];
                var isOld = LocationStore.ExpiryTimeOf(record.Time, record.Skew, mistakes) < oldest;
                if (record.Sequence == 0 || (!isOld && record.Time <= latest) || record.Open != 0 || record.Closed != 0)
                    continue;
                PutRemoval(ref record, slot);
                removed++;
            }

            isAtEnd = slot >= _table.Count;
        }

        return removed;
    }

    /// <summary>
    /// Hashes committed lines anew, from a slot on. One that is not what was committed is removed; what is sent or shown
    /// meanwhile is checked as well, so it is never seen. The others are counted into the digest tree that is being made.
    /// </summary>
    /// <param name="slot">The first slot to look at; afterwards the next one.</param>
    /// <param name="anew">The new tree.</param>
    /// <param name="isAtEnd">Whether there are no further slots.</param>
    /// <returns>Lines that will be removed.</returns>
    public int Rehash(ref int slot, DigestTree anew, out bool isAtEnd)
    {
        var removed = 0;
        lock (_lock)
        {
            if (slot == 0)
                _hasDamage = false;
            for (var end = Math.Min(_table.Count, slot + SlotsMax); slot < end; slot++)
            {
                ref var record = ref _table[slot];
                if (record.Sequence == 0)
                    continue;
                lock (anew)
                    anew.Apply(record.Bucket, record.LineHash);
                if (record.Open != 0 || record.Closed != 0 || IsIntact(_table.LineOf(in record), record.LineHash))
                    continue;

                // Whatever is fetched in its place is newer than this.
                ref var pending = ref PutRemoval(ref record, slot);
                pending.Time = long.MinValue;
                pending.IsDamaged = true;
                removed++;
            }

            isAtEnd = slot >= _table.Count;
            _countedAnew = isAtEnd ? int.MaxValue : slot;
        }

        return removed;
    }

    /// <summary>The digest tree that was made anew has taken its place, or none is being made yet.</summary>
    public void EndRehash()
    {
        lock (_lock)
            _countedAnew = 0;
    }

    private ref PendingUpdate PutRemoval(ref LocationRecord record, int slot)
    {
        record.Open = _open.Add(slot) + 1;
        ref var pending = ref _open[record.Open - 1];
        _open.SetLine(ref pending, _table.LineOf(in record));
        pending.ClientIdOffset = record.ClientIdOffset;
        pending.Time = record.Time;
        pending.Skew = record.Skew;
        pending.LineHash = record.LineHash;
        pending.Bucket = record.Bucket;
        pending.IsRemoval = true;
        return ref pending;
    }

    private bool IsSkipped(in LocationRecord record, int skippedOrigin) =>
        record.Sequence == 0 || (skippedOrigin != 0 && record.Origin == skippedOrigin)
        || ((mistakes & Mistakes.FeedMovedAtAccept) != 0 && (record.Open | record.Closed) != 0);

    /// <returns>0 if the line is not what was committed: then it is not sent.</returns>
    private int CopyLine(ref readonly LocationRecord record, Span<byte> destination)
    {
        var line = _table.LineOf(in record);
        if (!IsIntact(line, record.LineHash))
        {
            Volatile.Write(ref _hasDamage, true);
            return 0;
        }

        line.CopyTo(destination);
        return record.LineLength;
    }
}
