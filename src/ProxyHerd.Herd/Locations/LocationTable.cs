using System.Runtime.CompilerServices;

namespace ProxyHerd.Herd.Locations;

/// <summary>The clients of one shard by ID: open addressing over slots of records. Not thread-safe.</summary>
/// <remarks>
/// An entry is 8 bytes: 32 bits of the ID's hash and the slot plus one. Growing needs no look at the IDs. Records lie
/// in chunks that never move, so growing the table copies none of them.
/// </remarks>
internal sealed class LocationTable
{
    /// <summary>Records a chunk: 64 kB, below the large-object heap.</summary>
    private const int ChunkBits = 10;
    private const int ChunkMask = (1 << ChunkBits) - 1;

    private ulong[] _entries = new ulong[256];
    private LocationRecord[][] _chunks = [];

    /// <summary>Records held.</summary>
    public int Count { get; private set; }

    /// <summary>The record in a slot, 0 to <see cref="Count"/> - 1.</summary>
    public ref LocationRecord this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _chunks[slot >> ChunkBits][slot & ChunkMask];
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
            if (this[slot].ClientId.SequenceEqual(clientId))
                return slot;
        }
    }

    /// <summary>Adds a client that <see cref="Find"/> did not find; the caller fills in its record.</summary>
    public int Add(uint hash)
    {
        // Three quarters full: longer probe sequences cost more than the memory.
        if ((Count + 1) * 4L > _entries.Length * 3L)
            Grow();
        var slot = Count++;
        if (slot >> ChunkBits == _chunks.Length)
            Array.Resize(ref _chunks, Math.Max(4, _chunks.Length * 2));
        _chunks[slot >> ChunkBits] ??= new LocationRecord[1 << ChunkBits];
        Insert(_entries, Entry(hash, slot));
        return slot;
    }

    private void Grow()
    {
        var larger = new ulong[_entries.Length * 2];
        foreach (var entry in _entries)
        {
            if (entry != 0)
                Insert(larger, entry);
        }

        _entries = larger;
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
}
