using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace ProxyHerd.Herd.Locations;

/// <summary>The clients of one shard by ID: open addressing over slots of records. Not thread-safe, but for <see cref="FetchEntry"/>.</summary>
/// <remarks>
/// An entry is 8 bytes: 32 bits of the ID's hash and the slot plus one, so growing needs no look at the IDs. Records lie
/// in chunks that never move: growing copies none of them, and the collector has nothing in them to follow.
/// </remarks>
internal sealed class LocationTable
{
    /// <summary>Records a chunk: 48 kB, so that an empty shard takes little.</summary>
    private const int ChunkBits = 8;
    private const int ChunkMask = (1 << ChunkBits) - 1;
    private const int CacheLineBytes = 64;

    private readonly List<byte[]> _longLines = [];
    private readonly Stack<int> _freeLongLines = [];
    private readonly Stack<int> _freeSlots = [];
    private ulong[] _entries = new ulong[256];
    private Chunk[] _chunks = [];

    /// <summary>Slots that hold or held a record.</summary>
    public int Count { get; private set; }

    /// <summary>The record in a slot, 0 to <see cref="Count"/> - 1.</summary>
    public ref LocationRecord this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[slot >> ChunkBits].At(slot & ChunkMask);
    }

    /// <summary>The slot of a client; -1 if it is not known.</summary>
    public int Find(uint hash, ReadOnlySpan<byte> clientId)
    {
        var entries = _entries;
        var mask = entries.Length - 1;
        for (var at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            var entry = entries[at];
            if (entry == 0)
                return -1;
            if ((uint)(entry >> 32) != hash)
                continue;
            var slot = (int)(uint)entry - 1;
            ref var record = ref this[slot];
            if (LineOf(in record).Slice(record.ClientIdOffset, record.ClientIdLength).SequenceEqual(clientId))
                return slot;
        }
    }

    /// <summary>
    /// Asks the processor to fetch the entry that <see cref="Find"/> begins with, while the caller does other work. Any thread
    /// may call this and what follows without a lock: what they read may be stale, and then merely the wrong lines are fetched.
    /// </summary>
    public unsafe void FetchEntry(uint hash)
    {
        if (!Sse.IsSupported)
            return;
        var entries = Volatile.Read(ref _entries);
        Sse.Prefetch0(Unsafe.AsPointer(ref entries[(int)hash & (entries.Length - 1)]));
    }

    /// <summary>The same for the record that the entry leads to; it waits for the entry.</summary>
    public void FetchRecord(uint hash)
    {
        if (!Sse.IsSupported)
            return;
        var entries = Volatile.Read(ref _entries);
        FetchSlot((int)(uint)entries[(int)hash & (entries.Length - 1)] - 1);
    }

    /// <summary>The same for the record in a slot; a slot that there is none of does nothing.</summary>
    public unsafe void FetchSlot(int slot)
    {
        if (!Sse.IsSupported)
            return;
        var chunks = Volatile.Read(ref _chunks);
        var chunk = slot >> ChunkBits;
        if ((uint)chunk >= (uint)chunks.Length || chunks[chunk].Bytes is null)
            return;
        var record = (byte*)Unsafe.AsPointer(ref chunks[chunk].At(slot & ChunkMask));
        Sse.Prefetch0(record);
        Sse.Prefetch0(record + CacheLineBytes);
        Sse.Prefetch0(record + (2 * CacheLineBytes));
    }

    /// <summary>Adds a client that <see cref="Find"/> did not find; the caller fills in its record.</summary>
    public int Add(uint hash)
    {
        // Three quarters full: longer probe sequences cost more than the memory.
        if ((Count - _freeSlots.Count + 1) * 4L > _entries.Length * 3L)
            Grow();
        if (_freeSlots.TryPop(out var free))
        {
            Insert(_entries, Entry(hash, free));
            return free;
        }

        var slot = Count++;
        var chunk = slot >> ChunkBits;
        if (chunk == _chunks.Length)
            Array.Resize(ref _chunks, Math.Max(4, _chunks.Length * 2));
        if (_chunks[chunk].Bytes is null)
            _chunks[chunk] = Chunk.Allocate();
        Insert(_entries, Entry(hash, slot));
        return slot;
    }

    /// <summary>Takes a client out; its slot is given to a later one.</summary>
    public void Remove(int slot)
    {
        ref var record = ref this[slot];
        var mask = _entries.Length - 1;
        var hole = (int)record.Hash & mask;
        while ((int)(uint)_entries[hole] - 1 != slot)
            hole = (hole + 1) & mask;

        // What stands behind the hole moves up, unless that would put it before where its search begins.
        for (var at = (hole + 1) & mask; _entries[at] != 0; at = (at + 1) & mask)
        {
            var home = (int)(_entries[at] >> 32) & mask;
            if (((at - home) & mask) < ((at - hole) & mask))
                continue;
            _entries[hole] = _entries[at];
            hole = at;
        }

        _entries[hole] = 0;
        if (record.LongLine != 0)
            FreeLongLine(ref record);
        record = default;
        _freeSlots.Push(slot);
    }

    /// <summary>A record's line.</summary>
    public ReadOnlySpan<byte> LineOf(ref readonly LocationRecord record) => record.LongLine == 0
        ? ((ReadOnlySpan<byte>)record.Line)[..record.LineLength]
        : _longLines[record.LongLine - 1].AsSpan(0, record.LineLength);

    /// <summary>Gives a record its line.</summary>
    public void SetLine(ref LocationRecord record, ReadOnlySpan<byte> line, int clientIdOffset)
    {
        if (line.Length <= LocationRecord.InlineBytesMax)
        {
            if (record.LongLine != 0)
                FreeLongLine(ref record);
            line.CopyTo(record.Line);
        }
        else
        {
            SetLongLine(ref record, line);
        }

        record.LineLength = (ushort)line.Length;
        record.ClientIdOffset = (ushort)clientIdOffset;
    }

    private void SetLongLine(ref LocationRecord record, ReadOnlySpan<byte> line)
    {
        if (record.LongLine == 0)
        {
            if (!_freeLongLines.TryPop(out var free))
            {
                free = _longLines.Count;
                _longLines.Add([]);
            }

            record.LongLine = free + 1;
        }

        ref var array = ref CollectionsMarshal.AsSpan(_longLines)[record.LongLine - 1];
        if (array.Length < line.Length)
            array = new byte[line.Length];
        line.CopyTo(array);
    }

    private void FreeLongLine(ref LocationRecord record)
    {
        _longLines[record.LongLine - 1] = [];
        _freeLongLines.Push(record.LongLine - 1);
        record.LongLine = 0;
    }

    private void Grow()
    {
        var larger = new ulong[_entries.Length * 2];
        foreach (var entry in _entries)
        {
            if (entry != 0)
                Insert(larger, entry);
        }

        Volatile.Write(ref _entries, larger);
    }

    private static void Insert(ulong[] entries, ulong entry)
    {
        var mask = entries.Length - 1;
        var at = (int)(entry >> 32) & mask;
        while (entries[at] != 0)
            at = (at + 1) & mask;
        entries[at] = entry;
    }

    private static ulong Entry(uint hash, int slot) => ((ulong)hash << 32) | (uint)(slot + 1);

    /// <summary>Records side by side, each at the start of a cache line.</summary>
    private readonly struct Chunk
    {
        private readonly int _start;

        private Chunk(byte[] bytes, int start)
        {
            Bytes = bytes;
            _start = start;
        }

        /// <summary>Pinned, so that its place in memory, and so the alignment, stays.</summary>
        public byte[] Bytes { get; }

        public static unsafe Chunk Allocate()
        {
            var bytes = GC.AllocateArray<byte>((LocationRecord.Size << ChunkBits) + CacheLineBytes, pinned: true);
            var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes));
            return new Chunk(bytes, (int)((CacheLineBytes - (address % CacheLineBytes)) % CacheLineBytes));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ref LocationRecord At(int index) => ref Unsafe.As<byte, LocationRecord>(
            ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Bytes), _start + (index * LocationRecord.Size)));
    }
}
