using System.Buffers.Binary;
using System.IO.Hashing;

namespace ProxyHerd.Server.Journal;

/// <summary>Client IDs, each once: open addressing over IDs that lie one behind the other. Not thread-safe.</summary>
/// <remarks>
/// An entry is 8 bytes: 32 bits of the ID's hash, and where the ID lies plus one. Most are told apart by their hash alone, and
/// the collector has nothing to follow.
/// </remarks>
internal sealed class ClientIdSet
{
    private const int LengthBytes = sizeof(ushort);

    /// <summary>Clients choose their IDs: none shall know which of them share a place.</summary>
    private readonly long _seed = Random.Shared.NextInt64();
    private ulong[] _entries = new ulong[1024];
    private byte[] _ids = new byte[16 << 10];
    private int _end;

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
        if (++Count * 2L > _entries.Length)
            Grow();
        return true;
    }

    /// <summary>The entry of an ID, or the empty one where it belongs.</summary>
    private int PlaceOf(uint hash, ReadOnlySpan<byte> clientId)
    {
        var entries = _entries;
        var mask = entries.Length - 1;
        var place = (int)hash & mask;
        while (entries[place] is not 0 and var entry && ((uint)(entry >> 32) != hash || !IdAt((int)(uint)entry - 1).SequenceEqual(clientId)))
            place = (place + 1) & mask;
        return place;
    }

    private ReadOnlySpan<byte> IdAt(int start) =>
        _ids.AsSpan(start + LengthBytes, BinaryPrimitives.ReadUInt16LittleEndian(_ids.AsSpan(start)));

    private int Append(ReadOnlySpan<byte> clientId)
    {
        var start = _end;
        _end = checked(start + LengthBytes + clientId.Length);
        if (_end > _ids.Length)
            Array.Resize(ref _ids, (int)Math.Min(Math.Max(_end, 2L * _ids.Length), Array.MaxLength));
        BinaryPrimitives.WriteUInt16LittleEndian(_ids.AsSpan(start), checked((ushort)clientId.Length));
        clientId.CopyTo(_ids.AsSpan(start + LengthBytes));
        return start;
    }

    private void Grow()
    {
        var larger = new ulong[_entries.Length * 2];
        var mask = larger.Length - 1;
        foreach (var entry in _entries)
        {
            if (entry == 0)
                continue;
            var place = (int)(entry >> 32) & mask;
            while (larger[place] != 0)
                place = (place + 1) & mask;
            larger[place] = entry;
        }

        _entries = larger;
    }

    private uint Hash(ReadOnlySpan<byte> clientId) => (uint)XxHash3.HashToUInt64(clientId, _seed);
}
