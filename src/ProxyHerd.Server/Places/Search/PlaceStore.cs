using System.Buffers.Binary;

namespace ProxyHerd.Server.Places.Search;

/// <summary>
/// Places packed into blocks of bytes, some hundred bytes each: a million of them are a few objects to the collector, and
/// an answer's JSON is written when it is asked for. Does not change once made; any thread may read.
/// </summary>
/// <remarks>
/// A place: latitude and longitude (doubles), the number of its list of types (4 bytes), its traits (1 byte), the lengths
/// of id, name and vicinity (2 bytes each), then those three. All little-endian.
/// </remarks>
internal sealed class PlaceStore
{
    /// <summary>Of an id, a name or a vicinity: four times what OpenStreetMap allows a value, and what keeps an answer of twenty below 256 kB.</summary>
    public const int TextBytesMax = 4096;

    private const int HeadBytes = 8 + 8 + 4 + 1 + (3 * 2);

    /// <summary>Big enough that the unused ends do not count, and that 10 million places are no thousand arrays to grow a list by.</summary>
    private const int BlockBytes = 1 << 20;

    private readonly byte[][] _blocks;
    private readonly long[] _addresses;
    private readonly string[][] _types;

    private PlaceStore(byte[][] blocks, long[] addresses, string[][] types)
    {
        _blocks = blocks;
        _addresses = addresses;
        _types = types;
    }

    /// <summary>How many places it holds.</summary>
    public int Count => _addresses.Length;

    /// <summary>A place by its number, in the order in which they were added.</summary>
    public Place this[int number]
    {
        get
        {
            var address = _addresses[number];
            var bytes = _blocks[address / BlockBytes].AsSpan((int)(address % BlockBytes));
            var idLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[21..]);
            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[23..]);
            var vicinityLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[25..]);
            var texts = bytes[HeadBytes..];
            return new Place
            {
                Latitude = BinaryPrimitives.ReadDoubleLittleEndian(bytes),
                Longitude = BinaryPrimitives.ReadDoubleLittleEndian(bytes[8..]),
                Types = _types[BinaryPrimitives.ReadInt32LittleEndian(bytes[16..])],
                Traits = (PlaceTraits)bytes[20],
                Id = texts[..idLength],
                Name = texts.Slice(idLength, nameLength),
                Vicinity = texts.Slice(idLength + nameLength, vicinityLength),
            };
        }
    }

    /// <summary>Makes a store, place by place.</summary>
    internal sealed class Builder
    {
        private readonly List<byte[]> _blocks = [];
        private readonly List<long> _addresses = [];
        private readonly List<string[]> _types = [];
        private readonly Dictionary<string, int> _numbersOfTypes = new(StringComparer.Ordinal);
        private int _used = BlockBytes;

        /// <summary>How many places it has.</summary>
        public int Count => _addresses.Count;

        /// <summary>Adds a place, none of whose texts is longer than <see cref="TextBytesMax"/>.</summary>
        public void Add(in Place place)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(place.Id.Length, Math.Max(place.Name.Length, place.Vicinity.Length)), TextBytesMax);
            var length = HeadBytes + place.Id.Length + place.Name.Length + place.Vicinity.Length;
            if (_used + length > BlockBytes)
            {
                _blocks.Add(new byte[BlockBytes]);
                _used = 0;
            }

            var bytes = _blocks[^1].AsSpan(_used, length);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, place.Latitude);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[8..], place.Longitude);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], NumberOf(place.Types));
            bytes[20] = (byte)place.Traits;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[21..], (ushort)place.Id.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[23..], (ushort)place.Name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[25..], (ushort)place.Vicinity.Length);
            var texts = bytes[HeadBytes..];
            place.Id.CopyTo(texts);
            place.Name.CopyTo(texts[place.Id.Length..]);
            place.Vicinity.CopyTo(texts[(place.Id.Length + place.Name.Length)..]);

            _addresses.Add((((long)_blocks.Count - 1) * BlockBytes) + _used);
            _used += length;
        }

        /// <summary>The store of what was added.</summary>
        public PlaceStore Build() => new([.. _blocks], [.. _addresses], [.. _types]);

        /// <summary>Few lists of types are different, so each is kept once.</summary>
        private int NumberOf(IReadOnlyList<string> types)
        {
            var key = string.Join(',', types);
            if (!_numbersOfTypes.TryGetValue(key, out var number))
            {
                number = _types.Count;
                _types.Add([.. types]);
                _numbersOfTypes.Add(key, number);
            }
            return number;
        }
    }
}
