using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal;

/// <summary>Client IDs, each once: open addressing over IDs that lie one behind the other. Not thread-safe.</summary>
/// <remarks>
/// An entry is 8 bytes: 32 bits of the ID's hash, and where the ID lies plus one. Most are told apart by their hash alone. The
/// memory is native, since arrays of that size would stay with the collector long after the commits are read.
/// </remarks>
internal sealed unsafe class ClientIdSet : IDisposable
{
    private const int LengthBytes = sizeof(ushort);

    /// <summary>Clients choose their IDs: none shall know which of them share a place.</summary>
    private readonly long _seed = Random.Shared.NextInt64();
    private int _places = 1024;
    private ulong* _entries;
    private int _capacity = 16 << 10;
    private byte* _ids;
    private int _end;

    /// <summary>An empty set.</summary>
    public ClientIdSet()
    {
        _entries = Allocate(_places);
        _ids = (byte*)NativeMemory.Alloc((nuint)_capacity);
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an ID is there.</summary>
    public bool Contains(ReadOnlySpan<byte> clientId) => _entries[PlaceOf(Hash(clientId), clientId)] != 0;

    /// <summary>Adds an ID.</summary>
    /// <returns>False if it was there.</returns>
    public bool Add(ReadOnlySpan<byte> clientId)
    {
        var hash = Hash(clientId);
        var place = PlaceOf(hash, clientId);
        if (_entries[place] != 0)
            return false;
        _entries[place] = ((ulong)hash << 32) | (uint)(Append(clientId) + 1);

        // Half full: probe sequences stay short, and the whole is small beside the commits that the IDs come from.
        if (++Count * 2L > _places)
            Grow();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_entries);
        NativeMemory.Free(_ids);
        _entries = null;
        _ids = null;
    }

    /// <summary>Where the entry of an ID is, or the empty one where it belongs.</summary>
    private int PlaceOf(uint hash, ReadOnlySpan<byte> clientId)
    {
        ObjectDisposedException.ThrowIf(_entries is null, this);
        var mask = _places - 1;
        var place = (int)hash & mask;
        while (_entries[place] is not 0 and var entry && ((uint)(entry >> 32) != hash || !IdAt((int)(uint)entry - 1).SequenceEqual(clientId)))
            place = (place + 1) & mask;
        return place;
    }

    private ReadOnlySpan<byte> IdAt(int start) =>
        new(_ids + start + LengthBytes, BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(_ids + start, LengthBytes)));

    private int Append(ReadOnlySpan<byte> clientId)
    {
        var start = _end;
        _end = checked(start + LengthBytes + clientId.Length);
        if (_end > _capacity)
        {
            _capacity = (int)Math.Min(Math.Max(_end, 2L * _capacity), int.MaxValue);
            _ids = (byte*)NativeMemory.Realloc(_ids, (nuint)_capacity);
        }

        var id = new Span<byte>(_ids + start, LengthBytes + clientId.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(id, checked((ushort)clientId.Length));
        clientId.CopyTo(id[LengthBytes..]);
        return start;
    }

    private void Grow()
    {
        var places = checked(_places * 2);
        var larger = Allocate(places);
        for (var i = 0; i < _places; i++)
        {
            if (_entries[i] == 0)
                continue;
            var place = (int)(_entries[i] >> 32) & (places - 1);
            while (larger[place] != 0)
                place = (place + 1) & (places - 1);
            larger[place] = _entries[i];
        }

        NativeMemory.Free(_entries);
        _entries = larger;
        _places = places;
    }

    private uint Hash(ReadOnlySpan<byte> clientId) => (uint)XxHash3.HashToUInt64(clientId, _seed);

    private static ulong* Allocate(int places) => (ulong*)NativeMemory.AllocZeroed((nuint)places, sizeof(ulong));
}
