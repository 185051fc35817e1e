using System.IO.Hashing;
using System.Numerics;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Locations;

/// <summary>Every client's latest known location. Any thread may call it; nothing here blocks but short locks.</summary>
/// <remarks>
/// An update that is accepted is at once what the next one of its client is compared with, and what a question is
/// answered from once its commit is done; followers see it after its commit alone.
/// </remarks>
public sealed class LocationStore
{
    /// <summary>Shards at most: the dirty ones are told by the bits of a word.</summary>
    private const int ShardsMax = 64;

    /// <summary>
    /// A commit of so few updates is published while all that it touched, some 300 bytes an update, is in the processor's
    /// nearest cache still; of a larger one that is fetched ahead.
    /// </summary>
    private const int CachedUpdatesMax = 64;

    private const long NanosecondsPerMinute = TimeSpan.TicksPerMinute * TimeSpan.NanosecondsPerTick;

    private readonly LocationShard[] _shards;
    private readonly StoreDigest _digest = new();
    private readonly TimeProvider _time;
    private readonly long _clientAheadMax;
    private readonly long _neighbourAheadMax;
    private readonly long? _expireAfter;
    private readonly long _hashSeed;
    private ulong _dirty;
    private long _started;

    /// <param name="limits">What to refuse.</param>
    /// <param name="time">This server's clock.</param>
    /// <param name="hashSeed">Not to be known outside, so that nobody can choose client IDs that collide.</param>
    /// <param name="shards">A power of two up to 64; two a core keeps threads out of each other's way.</param>
    public LocationStore(LocationLimits limits, TimeProvider time, long hashSeed, int shards)
        : this(limits, time, hashSeed, shards, Mistakes.None)
    {
    }

    internal LocationStore(LocationLimits limits, TimeProvider time, long hashSeed, int shards, Mistakes mistakes)
    {
        Mistakes = mistakes;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards, ShardsMax);
        if (!BitOperations.IsPow2(shards))
            throw new ArgumentOutOfRangeException(nameof(shards), shards, "The number of shards is a power of two.");
        _shards = new LocationShard[shards];
        var gate = new ClientGate(limits.ClientsMax);
        for (var i = 0; i < shards; i++)
            _shards[i] = new LocationShard(gate, _digest, mistakes);
        _time = time;
        _clientAheadMax = limits.ClockAheadMax.Ticks * TimeSpan.NanosecondsPerTick;
        _neighbourAheadMax = (limits.ClockAheadMax + LocationLimits.NeighbourAllowance).Ticks * TimeSpan.NanosecondsPerTick;
        _expireAfter = limits.ExpireAfter is { } age ? checked(age.Ticks * TimeSpan.NanosecondsPerTick) : null;
        _hashSeed = hashSeed;
    }

    /// <summary>A sensible number of shards for this machine: one for one core, else two a core.</summary>
    public static int ShardsForThisMachine => Environment.ProcessorCount == 1
        ? 1
        : (int)Math.Min(ShardsMax, BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 2));

    /// <summary>Committed clients.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (var shard in _shards)
                count += shard.Count;
            return count;
        }
    }

    /// <summary>
    /// Exclusive-or of a 64-bit hash (XXH3) of every committed AT line: equal on two servers that hold the same.
    /// </summary>
    public ulong Digest => _digest.Tree.Root;

    /// <summary>Where two servers differ.</summary>
    internal DigestTree DigestTree => _digest.Tree;

    /// <summary>
    /// The time before which a line has expired, in nanoseconds since 1970. It moves in whole minutes, so that servers whose
    /// clocks agree forget the same.
    /// </summary>
    /// <param name="now">This server's clock, in nanoseconds since 1970.</param>
    internal long OldestAt(long now) =>
        _expireAfter is { } age ? now - (now % NanosecondsPerMinute) - age : long.MinValue;

    /// <summary>The time that a line expires by, in nanoseconds since 1970.</summary>
    internal static long ExpiryTimeOf(long time, long skew, Mistakes mistakes) =>
        (mistakes & Mistakes.ExpiryByReceiveTime) != 0 ? time + skew : time;

    /// <summary>The time after which a neighbour's line is refused, in nanoseconds since 1970.</summary>
    /// <param name="now">This server's clock, in nanoseconds since 1970.</param>
    internal long LatestAt(long now) => now + _neighbourAheadMax;

    /// <summary>This server's clock, in nanoseconds since 1970.</summary>
    public long NowNanoseconds => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Merges a client's own update: taken if its time is larger than the stored one's.</summary>
    /// <param name="at">The AT line that this server made of it.</param>
    /// <param name="line">
    /// The bytes of that line, and room for <see cref="AtLine.BytesMax"/>. If the same update is stored already, its
    /// stored line takes their place.
    /// </param>
    /// <param name="length">Bytes of the line; afterwards of the one that answers.</param>
    /// <param name="now">This server's clock, in nanoseconds since 1970.</param>
    public Acceptance AcceptFromClient(AtLine at, Span<byte> line, ref int length, long now)
    {
        if (at.TimeNanoseconds - now > _clientAheadMax)
            return new Acceptance(AcceptOutcome.AheadOfClock, 0);
        if (ExpiryTimeOf(at.TimeNanoseconds, at.SkewNanoseconds, Mistakes) < OldestAt(now))
            return new Acceptance(AcceptOutcome.Stale, 0);
        var acceptance = Accept(at, line[..length], 0, isFromClient: true, line, out var storedLength);
        if (storedLength > 0)
            length = storedLength;
        return acceptance;
    }

    /// <summary>
    /// Fetches ahead what <see cref="FetchRecord"/> waits for, for a caller with a line to handle before it comes to this
    /// client's.
    /// </summary>
    /// <returns>What to call that with.</returns>
    internal ulong FetchEntry(ReadOnlySpan<byte> clientId)
    {
        var hash = HashOf(clientId);
        ShardOf(hash).FetchEntry((uint)hash);
        return hash;
    }

    /// <summary>Fetches ahead what an update of a client will touch, for a caller with work to do before it.</summary>
    internal void FetchRecord(ulong hash) => ShardOf(hash).FetchRecord((uint)hash);

    /// <summary>The same, without <see cref="FetchEntry"/> before it.</summary>
    internal void Fetch(ReadOnlySpan<byte> clientId) => FetchRecord(HashOf(clientId));

    /// <summary>Merges a neighbour's update, by the whole order.</summary>
    /// <param name="at">The AT line.</param>
    /// <param name="line">Its bytes, with single spaces.</param>
    /// <param name="origin">Which boot of which neighbour brought it, so that it is not sent back; 0 if it may be.</param>
    /// <param name="now">This server's clock, in nanoseconds since 1970.</param>
    public Acceptance AcceptFromNeighbour(AtLine at, ReadOnlySpan<byte> line, int origin, long now) =>
        at.TimeNanoseconds > LatestAt(now) ? new Acceptance(AcceptOutcome.AheadOfClock, 0)
        : ExpiryTimeOf(at.TimeNanoseconds, at.SkewNanoseconds, Mistakes) < OldestAt(now) ? new Acceptance(AcceptOutcome.Stale, 0)
        : Accept(at, line, origin, isFromClient: false, default, out _);

    /// <summary>Copies a client's newest line.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="destination">At least <see cref="AtLine.BytesMax"/> bytes.</param>
    /// <param name="commit">The commit that must be done before it is shown; 0 if none.</param>
    /// <returns>Bytes copied; 0 if the client is not known.</returns>
    public int Find(ReadOnlySpan<byte> clientId, Span<byte> destination, out long commit)
    {
        var hash = HashOf(clientId);
        var length = ShardOf(hash).Find((uint)hash, clientId, OldestAt(NowNanoseconds), destination, out var waitsIn);
        commit = CommitOf(waitsIn, IndexOf(hash));
        return length;
    }

    /// <summary>Puts in a line that was committed by an earlier run. Called before anything is accepted.</summary>
    internal void Restore(AtLine at, ReadOnlySpan<byte> line, ulong lineHash, long sequence)
    {
        var hash = HashOf(at.ClientId);
        ShardOf(hash).Restore(new Update { At = at, Line = line, Hash = (uint)hash }, lineHash, sequence);
    }

    /// <summary>Enters every client in the feed's index, if its number is held there.</summary>
    internal void Enter(FeedIndex index)
    {
        for (var shard = 0; shard < _shards.Length; shard++)
        {
            for (var slot = 0; _shards[shard].TrySequence(slot, out var sequence); slot++)
            {
                if (index.Holds(sequence))
                    index.Enter(sequence, HandleOf(shard, slot));
            }
        }
    }

    /// <summary>What the simulator makes wrong.</summary>
    internal Mistakes Mistakes { get; }

    /// <summary>Commits that have been started; each has this as its number.</summary>
    internal long StartedCommits => Volatile.Read(ref _started);

    /// <summary>Numbers the next commit. Called by the committer alone, before <see cref="Close"/>.</summary>
    internal void StartCommit() => Interlocked.Increment(ref _started);

    /// <summary>Closes the open batches: what was accepted before the start is in them. Called by the committer alone.</summary>
    internal void Close(CommitBatch batch)
    {
        for (var dirty = Interlocked.Exchange(ref _dirty, 0); dirty != 0; dirty &= dirty - 1)
        {
            var index = BitOperations.TrailingZeroCount(dirty);
            batch.Add(index, _shards[index].Close());
        }
    }

    /// <summary>Shows a commit's updates and enters them in the feed's index. Called by the committer alone.</summary>
    internal void Publish(CommitBatch batch, FeedIndex index)
    {
        foreach (var (shard, updates, firstSequence) in batch.Parts)
        {
            for (var i = 0; i < updates.Count; i++)
                index.Enter(firstSequence + i, HandleOf(shard, updates[i].Slot));
            _shards[shard].Publish(firstSequence, isCached: batch.UpdateCount <= CachedUpdatesMax);
        }
    }

    /// <summary>Copies the line that the feed's index has at a number; see <see cref="LocationShard.TryCopyCommitted"/>.</summary>
    internal bool TryCopyCommitted(uint handle, long sequence, int skippedOrigin, Span<byte> destination, out CommittedCopy copy) =>
        ShardOf(handle, out var slot).TryCopyCommitted(slot, sequence, skippedOrigin, destination, out copy);

    /// <summary>Fetches ahead what that copies.</summary>
    internal void FetchCommitted(uint handle) => ShardOf(handle, out var slot).FetchSlot(slot);

    /// <summary>Finds a committed line with a number in a range, from a place on.</summary>
    /// <param name="place">How far the store has been gone through.</param>
    /// <param name="after">Numbers behind this one.</param>
    /// <param name="last">The last number of the range.</param>
    /// <param name="handle">What <see cref="TryCopyCommitted"/> takes.</param>
    /// <param name="sequence">The number.</param>
    /// <returns>False if there is no further one.</returns>
    internal bool TryNextCommitted(ref ScanPlace place, long after, long last, out uint handle, out long sequence)
    {
        for (sequence = 0, handle = 0; sequence == 0 && !place.IsAtEnd;)
        {
            _shards[place.Shard].FindCommitted(ref place.Slot, after, last, out sequence, out var isAtEnd);
            handle = HandleOf(place.Shard, place.Slot - 1);
            Advance(ref place, isAtEnd);
        }

        return sequence != 0;
    }

    /// <summary>Copies committed lines of the whole store, a piece a call; see <see cref="LocationShard.Scan"/>.</summary>
    internal int Scan(ref ScanPlace place, in ScanFilter filter, Span<byte> destination, out int lines)
    {
        var written = _shards[place.Shard].Scan(ref place.Slot, filter, destination, out lines, out var isAtEnd);
        Advance(ref place, isAtEnd);
        return written;
    }

    /// <summary>Has lines removed, a piece of the store a call; see <see cref="LocationShard.RemoveOutside"/>.</summary>
    /// <param name="place">How far the store has been gone through.</param>
    /// <param name="oldest">Lines with a smaller time are removed, in nanoseconds since 1970.</param>
    /// <param name="latest">And those with a larger one.</param>
    /// <param name="commit">The commit that removes them; 0 if there is none to remove.</param>
    internal int RemoveOutside(ref ScanPlace place, long oldest, long latest, out long commit)
    {
        var removed = _shards[place.Shard].RemoveOutside(ref place.Slot, oldest, latest, out var isAtEnd);
        commit = CommitOf(removed > 0 ? WaitsIn.OpenBatch : WaitsIn.Nothing, place.Shard);
        Advance(ref place, isAtEnd);
        return removed;
    }

    /// <summary>The largest time committed so far, in nanoseconds since 1970.</summary>
    internal long LatestTime => _shards.Max(shard => shard.LatestTime);

    /// <summary>Whether a line was met that is not what was committed.</summary>
    internal bool HasDamage => Array.Exists(_shards, shard => shard.HasDamage);

    /// <summary>Begins to hash all lines anew; <see cref="Rehash"/> goes on, and <see cref="EndRehash"/> ends it.</summary>
    internal DigestTree BeginRehash() => _digest.BeginAnew();

    /// <summary>Hashes lines anew, a piece of the store a call; see <see cref="LocationShard.Rehash"/>.</summary>
    internal int Rehash(ref ScanPlace place, DigestTree anew, out long commit)
    {
        var removed = _shards[place.Shard].Rehash(ref place.Slot, anew, out var isAtEnd);
        commit = CommitOf(removed > 0 ? WaitsIn.OpenBatch : WaitsIn.Nothing, place.Shard);
        Advance(ref place, isAtEnd);
        return removed;
    }

    /// <summary>The tree that was made anew takes the old one's place.</summary>
    /// <returns>Whether the old one was the same.</returns>
    internal bool EndRehash()
    {
        var wasSame = _digest.EndAnew();
        foreach (var shard in _shards)
            shard.EndRehash();
        return wasSame;
    }

    private void Advance(ref ScanPlace place, bool isAtEnd)
    {
        if (isAtEnd)
            place = new ScanPlace { Shard = place.Shard + 1, IsAtEnd = place.Shard + 1 == _shards.Length };
    }

    private Acceptance Accept(
        AtLine at, ReadOnlySpan<byte> line, int origin, bool isFromClient, Span<byte> stored, out int storedLength)
    {
        var hash = HashOf(at.ClientId);
        var update = new Update { At = at, Line = line, Hash = (uint)hash, Origin = origin, IsFromClient = isFromClient };
        var outcome = ShardOf(hash).Accept(update, stored, out storedLength, out var waitsIn);
        if (outcome != AcceptOutcome.Accepted && (Mistakes & Mistakes.NoWaitWithoutUpdate) != 0)
            waitsIn = WaitsIn.Nothing;
        return new Acceptance(outcome, CommitOf(waitsIn, IndexOf(hash)));
    }

    /// <summary>
    /// A commit first counts itself as started, then takes the dirty bits, then closes those shards. So what waits in an
    /// open batch, once its shard is marked, is in the next commit to start or, if the count is read between those
    /// steps, already in the one before it: waiting for the later of the two is always right. Whoever meets a waiting
    /// line marks its shard, because whoever put it there may not have come to do so yet.
    /// </summary>
    private long CommitOf(WaitsIn waitsIn, int shard)
    {
        if (waitsIn == WaitsIn.Nothing)
            return 0;
        if (waitsIn == WaitsIn.ClosedBatch)
            return Volatile.Read(ref _started);
        var bit = 1UL << shard;
        if ((Volatile.Read(ref _dirty) & bit) == 0)
            Interlocked.Or(ref _dirty, bit);
        return Volatile.Read(ref _started) + 1;
    }

    private ulong HashOf(ReadOnlySpan<byte> clientId) => XxHash3.HashToUInt64(clientId, _hashSeed);

    private int IndexOf(ulong hash) => (int)(hash >> 32) & (_shards.Length - 1);

    private LocationShard ShardOf(ulong hash) => _shards[IndexOf(hash)];

    private LocationShard ShardOf(uint handle, out int slot)
    {
        // The number of shards is a power of two.
        slot = (int)(handle >> BitOperations.TrailingZeroCount(_shards.Length));
        return _shards[handle & (uint)(_shards.Length - 1)];
    }

    private uint HandleOf(int shard, int slot) => ((uint)slot * (uint)_shards.Length) + (uint)shard;
}
