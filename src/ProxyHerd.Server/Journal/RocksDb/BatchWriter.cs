using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>
/// Builds a write batch in the form in which RocksDB's write-ahead log holds it, in one piece of native memory that is
/// used again: a call of the library for each entry would cost more than the entry.
/// </summary>
/// <remarks>
/// <code>
/// batch    = number (8 bytes, RocksDB fills it in) count (4 bytes) entry…
/// entry    = 0x01 bytes(key) bytes(value)        a put
///          | 0x00 bytes(key)                     a deletion
///          | 0x0F bytes(key) bytes(key)          a deletion of all keys from one up to another, which stays
///          | 0x03 bytes(note)                    nothing; the last entry, and not counted
/// bytes(x) = length (varint) x
/// </code>
/// Integers are little-endian (RocksDB, <c>db/write_batch.cc</c>).
/// </remarks>
internal sealed unsafe class BatchWriter : IDisposable
{
    private const int HeaderBytes = 12;
    private const byte Deletion = 0;
    private const byte Put = 1;
    private const byte RangeDeletion = 15;

    /// <summary>Five bytes of varint hold any length of 32 bits.</summary>
    private const int LengthBytesMax = 5;

    /// <summary>
    /// The last entry: a note of one byte. A record of the log then ends in a byte that no single flipped bit makes zero, by which
    /// <see cref="LogEnd"/> tells one that came to the disk as a whole from one that did not.
    /// </summary>
    private static ReadOnlySpan<byte> EndNote => [0x03, 1, 0xA5];

    /// <summary>A commit of some thousand lines. What a larger one needed is given back.</summary>
    private const int KeptBytes = 1 << 20;

    private byte* _bytes = (byte*)NativeMemory.Alloc(KeptBytes);
    private int _capacity = KeptBytes;
    private int _length;
    private int _valueStart;
    private uint _count;

    /// <summary>The batch; good until the next call.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            MakeRoom(EndNote.Length);
            var bytes = new Span<byte>(_bytes, _length + EndNote.Length);
            EndNote.CopyTo(bytes[_length..]);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], _count);
            return bytes;
        }
    }

    /// <summary>How many bytes it has so far.</summary>
    public int Length => _length;

    /// <summary>Begins another batch.</summary>
    public void Clear()
    {
        if (_capacity > KeptBytes)
            Resize(KeptBytes);
        new Span<byte>(_bytes, HeaderBytes).Clear();
        _length = HeaderBytes;
        _count = 0;
    }

    /// <summary>Adds a put, whose value the caller fills in before anything else is called.</summary>
    /// <returns>Where the value goes.</returns>
    public Span<byte> AddPut(byte kind, ReadOnlySpan<byte> name, int valueBytes)
    {
        var at = Begin(Put, kind, name, LengthBytesMax + valueBytes);
        at = WriteLength(at, valueBytes);
        _length = (int)(at - _bytes) + valueBytes;
        return new Span<byte>(at, valueBytes);
    }

    /// <summary>Begins a put whose value comes in pieces; nothing else is added before <see cref="EndPut"/>.</summary>
    public void BeginPut(byte kind, ReadOnlySpan<byte> name)
    {
        var at = Begin(Put, kind, name, LengthBytesMax);
        _valueStart = (int)(at - _bytes) + LengthBytesMax;
        _length = _valueStart;
    }

    /// <summary>Adds a piece to the put that has begun; the caller fills it in before anything else is called.</summary>
    public Span<byte> AddPiece(int bytes)
    {
        MakeRoom(bytes);
        var piece = new Span<byte>(_bytes + _length, bytes);
        _length += bytes;
        return piece;
    }

    /// <summary>Ends the put that has begun.</summary>
    public void EndPut()
    {
        // Five bytes whatever the length: a reader takes a varint with zeros at its end.
        var at = _bytes + _valueStart - LengthBytesMax;
        var rest = (uint)(_length - _valueStart);
        for (var i = 1; i < LengthBytesMax; i++, rest >>= 7)
            *at++ = (byte)(rest | 0x80);
        *at = (byte)rest;
    }

    /// <summary>Adds a deletion.</summary>
    public void AddDeletion(byte kind, ReadOnlySpan<byte> name) => _length = (int)(Begin(Deletion, kind, name, 0) - _bytes);

    /// <summary>Adds a deletion of all names of a kind from <paramref name="first"/> on that come before <paramref name="end"/>.</summary>
    public void AddDeletion(byte kind, ReadOnlySpan<byte> first, ReadOnlySpan<byte> end) =>
        _length = (int)(WriteKey(Begin(RangeDeletion, kind, first, LengthBytesMax + 1 + end.Length), kind, end) - _bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        _capacity = 0;
    }

    /// <summary>Writes an entry's beginning up to its key, which is the kind and the name.</summary>
    private byte* Begin(byte entry, byte kind, ReadOnlySpan<byte> name, int further)
    {
        MakeRoom(1 + LengthBytesMax + 1 + name.Length + further);
        _count++;
        var at = _bytes + _length;
        *at++ = entry;
        return WriteKey(at, kind, name);
    }

    private void MakeRoom(int bytes)
    {
        var needed = checked(_length + bytes);
        if (needed > _capacity)
            Resize((int)Math.Min(Math.Max(needed, 2L * _capacity), Array.MaxLength));
    }

    private void Resize(int capacity)
    {
        _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)capacity);
        _capacity = capacity;
    }

    private static byte* WriteKey(byte* at, byte kind, ReadOnlySpan<byte> name)
    {
        at = WriteLength(at, name.Length + 1);
        *at++ = kind;
        name.CopyTo(new Span<byte>(at, name.Length));
        return at + name.Length;
    }

    private static byte* WriteLength(byte* at, int length)
    {
        var rest = (uint)length;
        for (; rest >= 0x80; rest >>= 7)
            *at++ = (byte)(rest | 0x80);
        *at++ = (byte)rest;
        return at;
    }
}
