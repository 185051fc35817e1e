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
/// bytes(x) = length (varint) x
/// </code>
/// Integers are little-endian (RocksDB, <c>db/write_batch.cc</c>).
/// </remarks>
internal sealed unsafe class BatchWriter : IDisposable
{
    private const int HeaderBytes = 12;
    private const byte Deletion = 0;
    private const byte Put = 1;

    /// <summary>Five bytes of varint hold any length of 32 bits.</summary>
    private const int LengthBytesMax = 5;

    /// <summary>A commit of some thousand lines. What a larger one needed is given back.</summary>
    private const int KeptBytes = 1 << 20;

    private byte* _bytes = (byte*)NativeMemory.Alloc(KeptBytes);
    private int _capacity = KeptBytes;
    private int _length;
    private uint _count;

    /// <summary>The batch; good until the next call.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            var bytes = new Span<byte>(_bytes, _length);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], _count);
            return bytes;
        }
    }

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty => _count == 0;

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

    /// <summary>Adds a deletion.</summary>
    public void AddDeletion(byte kind, ReadOnlySpan<byte> name) => _length = (int)(Begin(Deletion, kind, name, 0) - _bytes);

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
        var needed = checked(_length + 1 + LengthBytesMax + 1 + name.Length + further);
        if (needed > _capacity)
            Resize((int)Math.Min(Math.Max(needed, 2L * _capacity), Array.MaxLength));
        _count++;
        var at = _bytes + _length;
        *at++ = entry;
        at = WriteLength(at, name.Length + 1);
        *at++ = kind;
        name.CopyTo(new Span<byte>(at, name.Length));
        return at + name.Length;
    }

    private void Resize(int capacity)
    {
        _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)capacity);
        _capacity = capacity;
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
