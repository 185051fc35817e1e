using System.Text.Json;

namespace ProxyHerd.Server.Places.GeoJson;

/// <summary>What a place needs of a feature's properties: OpenStreetMap's tags, or the columns of Overture's places. Used again for each feature.</summary>
internal sealed class FeatureProperties
{
    /// <summary>The longest key that is looked at.</summary>
    private const int KeyCharsMax = 24;

    private readonly string?[] _tags = new string?[PlaceTypes.Keys.Length];

    public string? Name { get; private set; }
    public string? Id { get; private set; }
    public string? OsmType { get; private set; }
    public string? OsmNumber { get; private set; }
    public string? Religion { get; private set; }

    /// <summary>Values of <see cref="PlaceTypes.Keys"/>, in their order; null for those that are not there.</summary>
    public IReadOnlyList<string?> Tags => _tags;

    /// <summary>Overture's: the first of these that is there is the most exact.</summary>
    public string? CategoryPrimary { get; private set; }
    public string? TaxonomyPrimary { get; private set; }
    public string? BasicCategory { get; private set; }

    public string? AddressFull { get; private set; }
    public string? HouseNumber { get; private set; }
    public string? HouseName { get; private set; }
    public string? Street { get; private set; }
    public string? Settlement { get; private set; }
    public string? Suburb { get; private set; }

    /// <summary>Whether the properties are shaped as Overture's are.</summary>
    public bool IsOvertures { get; private set; }

    /// <summary>Whether one of Overture's sources is OpenStreetMap.</summary>
    public bool HasOpenStreetMapSource { get; private set; }

    /// <summary>Forgets the feature before.</summary>
    public void Clear()
    {
        Array.Clear(_tags);
        Name = Id = OsmType = OsmNumber = Religion = CategoryPrimary = TaxonomyPrimary = BasicCategory = null;
        AddressFull = HouseNumber = HouseName = Street = Settlement = Suburb = null;
        IsOvertures = HasOpenStreetMapSource = false;
    }

    /// <summary>Reads the object that the reader stands at.</summary>
    public void Read(ref Utf8JsonReader reader)
    {
        Span<char> key = stackalloc char[KeyCharsMax];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var length = reader.ValueSpan.Length <= KeyCharsMax ? reader.CopyString(key) : 0;
            reader.Read();
            ReadValue(ref reader, key[..length]);
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, scoped ReadOnlySpan<char> key)
    {
        switch (key)
        {
            case "name": Name = TextOf(ref reader); break;
            case "names": Name = ReadPrimary(ref reader) ?? Name; break;
            case "id": Id = TextOf(ref reader); break;
            case "@type": OsmType = TextOf(ref reader); break;
            case "@id": OsmNumber = TextOf(ref reader); break;
            case "religion": Religion = TextOf(ref reader); break;
            case "categories": CategoryPrimary = ReadPrimary(ref reader); break;
            case "taxonomy": TaxonomyPrimary = ReadPrimary(ref reader); break;
            case "basic_category": BasicCategory = TextOf(ref reader); break;
            case "addresses": ReadAddresses(ref reader); break;
            case "sources": ReadSources(ref reader); break;
            case "addr:full": AddressFull = TextOf(ref reader); break;
            case "addr:housenumber": HouseNumber = TextOf(ref reader); break;
            case "addr:housename": HouseName = TextOf(ref reader); break;
            case "addr:street" or "addr:place": Street = TextOf(ref reader) ?? Street; break;
            case "addr:city" or "addr:town" or "addr:village" or "addr:hamlet": Settlement = TextOf(ref reader) ?? Settlement; break;
            case "addr:suburb" or "addr:district" or "addr:neighbourhood": Suburb = TextOf(ref reader) ?? Suburb; break;
            default: ReadTag(ref reader, key); break;
        }
    }

    private void ReadTag(ref Utf8JsonReader reader, scoped ReadOnlySpan<char> key)
    {
        for (var i = 0; i < _tags.Length; i++)
        {
            if (key.SequenceEqual(PlaceTypes.Keys[i]))
            {
                _tags[i] = TextOf(ref reader);
                return;
            }
        }
        reader.Skip();
    }

    /// <summary>Overture's names, categories and taxonomy: <c>{"primary": "…", …}</c></summary>
    private string? ReadPrimary(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        IsOvertures = true;
        string? primary = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPrimary = reader.ValueTextEquals("primary"u8);
            reader.Read();
            if (isPrimary)
                primary = TextOf(ref reader);
            else
                reader.Skip();
        }
        return primary;
    }

    /// <summary>Overture's addresses: <c>[{"freeform": "1 Main St", "locality": "Springfield", …}, …]</c>, of which the first is taken.</summary>
    private void ReadAddresses(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        var isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!isFirst || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            isFirst = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isStreet = reader.ValueTextEquals("freeform"u8);
                var isSettlement = reader.ValueTextEquals("locality"u8);
                reader.Read();
                if (isStreet)
                    Street = TextOf(ref reader);
                else if (isSettlement)
                    Settlement = TextOf(ref reader);
                else
                    reader.Skip();
            }
        }
    }

    /// <summary>Overture's sources: <c>[{"dataset": "OpenStreetMap", …}, …]</c></summary>
    private void ReadSources(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("dataset"u8))
                continue;
            reader.Read();
            HasOpenStreetMapSource |= reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("OpenStreetMap"u8);
        }
    }

    /// <summary>A text or a number, trimmed; null if it is empty or something else, which is passed over.</summary>
    internal static string? TextOf(ref Utf8JsonReader reader)
    {
        string? text = null;
        if (reader.TokenType == JsonTokenType.String)
            text = reader.GetString()!.Trim();
        else if (reader.TokenType == JsonTokenType.Number)
            text = System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
        else
            reader.Skip();
        return string.IsNullOrEmpty(text) ? null : text;
    }
}
