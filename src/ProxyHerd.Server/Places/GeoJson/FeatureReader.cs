using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Server.Places.GeoJson;

/// <summary>Makes places of features. Not for several threads at once.</summary>
internal sealed class FeatureReader
{
    /// <summary>Of ids that are no one else's: <c>overture:</c> and the id of the Global Entity Reference System.</summary>
    private const string OverturePrefix = "overture:";

    private readonly FeatureProperties _properties = new();
    private readonly byte[] _id = new byte[PlaceStore.TextBytesMax];
    private readonly byte[] _name = new byte[PlaceStore.TextBytesMax];
    private readonly byte[] _vicinity = new byte[PlaceStore.TextBytesMax];

    /// <summary>Adds a feature's place to a store, if it has a name and a position.</summary>
    /// <param name="feature">A JSON object in UTF-8 without mistakes.</param>
    /// <param name="places">Where the place goes.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="InvalidDataException">It is no feature; the message says why.</exception>
    public bool TryAdd(ReadOnlySpan<byte> feature, PlaceStore.Builder places)
    {
        _properties.Clear();
        Range? geometry = null;
        string? id = null;
        try
        {
            ReadMembers(feature, ref id, ref geometry);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidDataException("it holds text that is not Unicode in UTF-8");
        }

        if (_properties.Name is not { } name || geometry is not { } range || FeaturePoint.Of(feature[range]) is not { } point)
            return false;

        id = IdOf(id, name, point);
        var traits = point.IsArea ? PlaceTraits.IsArea : PlaceTraits.None;
        if (_properties.HasOpenStreetMapSource || id.StartsWith(OsmId.Prefix, StringComparison.Ordinal))
            traits |= PlaceTraits.IsOpenStreetMaps;
        places.Add(new Place
        {
            Latitude = point.Latitude,
            Longitude = point.Longitude,
            Id = Encode(id, _id, "id"),
            Name = Encode(name, _name, "name"),
            Vicinity = Encode(VicinityOf(_properties), _vicinity, "address"),
            Types = PlaceTypes.Of(_properties),
            Traits = traits,
        });
        return true;
    }

    private void ReadMembers(ReadOnlySpan<byte> feature, ref string? id, ref Range? geometry)
    {
        var isFeature = false;
        var reader = new Utf8JsonReader(feature);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isId) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("id"u8));
            var (isGeometry, isProperties) = (reader.ValueTextEquals("geometry"u8), reader.ValueTextEquals("properties"u8));
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isId)
                id = FeatureProperties.TextOf(ref reader);
            else if (isProperties && reader.TokenType == JsonTokenType.StartObject)
                _properties.Read(ref reader);
            else
                reader.Skip();

            if (isType)
                isFeature = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Feature"u8);
            else if (isGeometry)
                geometry = start..(int)reader.BytesConsumed;
        }
        if (!isFeature)
            throw new InvalidDataException("its 'type' is not 'Feature'");
    }

    /// <summary>The same for the same place in every file that names it, as far as the file tells.</summary>
    private string IdOf(string? id, string name, FeaturePoint point)
    {
        if (_properties is { OsmType: { } type, OsmNumber: { } number } && OsmId.Of(type, number) is { } fromAttributes)
            return fromAttributes;
        if ((id ?? _properties.OsmNumber) is { } given && OsmId.Of(given) is { } osm)
            return osm;

        var other = id ?? _properties.Id;
        if (other is not null)
            return _properties.IsOvertures ? OverturePrefix + other : other;

        var hash = new XxHash3();
        hash.Append(MemoryMarshal.AsBytes(name.AsSpan()));
        hash.Append(MemoryMarshal.AsBytes<double>([point.Latitude, point.Longitude]));
        return string.Create(CultureInfo.InvariantCulture, $"place:{hash.GetCurrentHashAsUInt64():x16}");
    }

    /// <summary>Street and settlement, as in <c>4 Avenue de la Madone, Monaco</c>.</summary>
    private static string VicinityOf(FeatureProperties properties)
    {
        if (properties.AddressFull is { } full)
            return full;

        var street = properties.Street is { } name && properties.HouseNumber is { } number
            ? $"{number} {name}"
            : properties.Street ?? properties.HouseName;
        return string.Join(", ", new[] { street, properties.Settlement ?? properties.Suburb }.Where(part => part is not null));
    }

    private static ReadOnlySpan<byte> Encode(string text, byte[] buffer, string what) => Encoding.UTF8.TryGetBytes(text, buffer, out var length)
        ? buffer.AsSpan(0, length)
        : throw new InvalidDataException($"its {what} is longer than {PlaceStore.TextBytesMax} bytes");
}
