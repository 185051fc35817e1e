using System.Buffers;
using System.Text.Json;
using ProxyHerd.Protocol;
using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Server.Places;

/// <summary>The answer of a search in memory, in the shape of Google's legacy Nearby Search.</summary>
internal static class PlacesAnswer
{
    /// <summary>What the Open Database License has shown wherever OpenStreetMap's data is (https://www.openstreetmap.org/copyright).</summary>
    private const string OpenStreetMapNotice = "© OpenStreetMap contributors";

    private const string Scope = "EMBEDDED";

    /// <summary>Above most results, which are 400 to 600 bytes: the buffer then grows seldom.</summary>
    private const int ResultBytes = 640;

    /// <summary>
    /// What a thread keeps for its next answer: a new array of 13 kB each would have the collector stop all threads for every
    /// thousandth. What a longer one needed, of places with very long names, is given back.
    /// </summary>
    private const int KeptBytesMax = 64 << 10;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>Writes the answer.</summary>
    /// <returns>Good until this thread's next one.</returns>
    public static ReadOnlyMemory<byte> Of(PlaceIndex places, NearestPlaces nearest)
    {
        if (_buffer is null || _buffer.Capacity > KeptBytesMax)
            _buffer = new ArrayBufferWriter<byte>(ResultBytes * (WhatsatLine.BoundMax + 1));
        _buffer.ResetWrittenCount();
        _json ??= new Utf8JsonWriter(_buffer, NearbySearchJson.WriterOptions);
        _json.Reset(_buffer);
        Write(_json, places, nearest.Found);
        _json.Flush();
        return _buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, PlaceIndex places, ReadOnlySpan<(double SquaredChord, int Number)> found)
    {
        json.WriteStartObject();
        json.WriteStartArray("html_attributions"u8);
        if (HasOpenStreetMaps(places, found))
            json.WriteStringValue(OpenStreetMapNotice);
        json.WriteEndArray();
        json.WriteStartArray("results"u8);
        foreach (var (_, number) in found)
            WriteResult(json, places[number]);
        json.WriteEndArray();
        json.WriteString("status"u8, found.IsEmpty ? "ZERO_RESULTS"u8 : "OK"u8);
        json.WriteEndObject();
    }

    private static bool HasOpenStreetMaps(PlaceIndex places, ReadOnlySpan<(double SquaredChord, int Number)> found)
    {
        foreach (var (_, number) in found)
        {
            if (places[number].Traits.HasFlag(PlaceTraits.IsOpenStreetMaps))
                return true;
        }
        return false;
    }

    private static void WriteResult(Utf8JsonWriter json, in Place place)
    {
        json.WriteStartObject();
        json.WriteStartObject("geometry"u8);
        json.WriteStartObject("location"u8);
        json.WriteNumber("lat"u8, place.Latitude);
        json.WriteNumber("lng"u8, place.Longitude);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteString("name"u8, place.Name);
        json.WriteString("place_id"u8, place.Id);
        json.WriteString("reference"u8, place.Id);
        json.WriteString("scope"u8, Scope);
        json.WriteStartArray("types"u8);
        foreach (var type in place.Types)
            json.WriteStringValue(type);
        json.WriteEndArray();
        if (!place.Vicinity.IsEmpty)
            json.WriteString("vicinity"u8, place.Vicinity);
        json.WriteEndObject();
    }
}
