using System.Net;
using System.Text.Json;

namespace ProxyHerd.Server.Places.Google;

/// <summary>
/// Writes a place of the Places API (New) as a result of the legacy Nearby Search. What a place does not say is left out; so are
/// its photos, since the name of a new one is no reference to an old one.
/// </summary>
/// <remarks>
/// From <see href="https://developers.google.com/maps/documentation/places/web-service/reference/rest/v1/places"/> to
/// <see href="https://developers.google.com/maps/documentation/places/web-service/legacy/search-nearby#Place"/>.
/// </remarks>
internal static class GooglePlaceJson
{
    private static readonly string[] PriceLevels =
    [
        "PRICE_LEVEL_FREE", "PRICE_LEVEL_INEXPENSIVE", "PRICE_LEVEL_MODERATE", "PRICE_LEVEL_EXPENSIVE", "PRICE_LEVEL_VERY_EXPENSIVE",
    ];

    /// <summary>Writes one place; its names come in the order of the alphabet, as the legacy API's do.</summary>
    public static void Write(Utf8JsonWriter json, JsonElement place)
    {
        json.WriteStartObject();
        CopyText(json, "business_status"u8, place, "businessStatus"u8);
        WriteGeometry(json, place);
        CopyText(json, "icon_background_color"u8, place, "iconBackgroundColor"u8);
        CopyText(json, "icon_mask_base_uri"u8, place, "iconMaskBaseUri"u8);
        if (Child(place, "displayName"u8) is { } name)
            CopyText(json, "name"u8, name, "text"u8);
        if (Child(place, "currentOpeningHours"u8) is { } hours && hours.TryGetProperty("openNow"u8, out var isOpen)
            && isOpen.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            json.WriteStartObject("opening_hours"u8);
            json.WriteBoolean("open_now"u8, isOpen.GetBoolean());
            json.WriteEndObject();
        }

        CopyText(json, "place_id"u8, place, "id"u8);
        WritePlusCode(json, place);
        WritePriceLevel(json, place);
        CopyNumber(json, "rating"u8, place, "rating"u8);
        CopyText(json, "reference"u8, place, "id"u8);
        json.WriteString("scope"u8, "GOOGLE"u8);
        WriteTypes(json, place);
        CopyNumber(json, "user_ratings_total"u8, place, "userRatingCount"u8);
        CopyText(json, "vicinity"u8, place, "shortFormattedAddress"u8);
        json.WriteEndObject();
    }

    /// <summary>
    /// Whom a place's data come from, as HTML to be shown with it. What is no web address becomes no link.
    /// </summary>
    public static IEnumerable<string> Attributions(JsonElement place)
    {
        if (!place.TryGetProperty("attributions"u8, out var attributions) || attributions.ValueKind != JsonValueKind.Array)
            yield break;

        foreach (var attribution in attributions.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
        {
            var address = TextOf(attribution, "providerUri"u8);
            var provider = WebUtility.HtmlEncode(TextOf(attribution, "provider"u8) ?? address);
            if (Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp))
                yield return $"<a href=\"{WebUtility.HtmlEncode(address)}\">{provider}</a>";
            else if (!string.IsNullOrEmpty(provider))
                yield return provider;
        }
    }

    private static void WriteGeometry(Utf8JsonWriter json, JsonElement place)
    {
        var location = Point(place, "location"u8);
        var viewport = Child(place, "viewport"u8);
        if (location is null && viewport is null)
            return;

        json.WriteStartObject("geometry"u8);
        if (location is { } point)
            WritePoint(json, "location"u8, point);
        if (viewport is { } box)
        {
            json.WriteStartObject("viewport"u8);
            if (Point(box, "high"u8) is { } high)
                WritePoint(json, "northeast"u8, high);
            if (Point(box, "low"u8) is { } low)
                WritePoint(json, "southwest"u8, low);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>A number that is nought is left out in JSON made from Protocol Buffers.</summary>
    private static void WritePoint(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement point)
    {
        json.WriteStartObject(name);
        if (!CopyNumber(json, "lat"u8, point, "latitude"u8))
            json.WriteNumber("lat"u8, 0);
        if (!CopyNumber(json, "lng"u8, point, "longitude"u8))
            json.WriteNumber("lng"u8, 0);
        json.WriteEndObject();
    }

    private static void WritePlusCode(Utf8JsonWriter json, JsonElement place)
    {
        if (Child(place, "plusCode"u8) is not { } code)
            return;

        json.WriteStartObject("plus_code"u8);
        CopyText(json, "compound_code"u8, code, "compoundCode"u8);
        CopyText(json, "global_code"u8, code, "globalCode"u8);
        json.WriteEndObject();
    }

    private static void WritePriceLevel(Utf8JsonWriter json, JsonElement place)
    {
        var level = Array.IndexOf(PriceLevels, TextOf(place, "priceLevel"u8));
        if (level >= 0)
            json.WriteNumber("price_level"u8, level);
    }

    private static void WriteTypes(Utf8JsonWriter json, JsonElement place)
    {
        if (!place.TryGetProperty("types"u8, out var types) || types.ValueKind != JsonValueKind.Array)
            return;

        json.WriteStartArray("types"u8);
        foreach (var type in types.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String))
            type.WriteTo(json);
        json.WriteEndArray();
    }

    private static void CopyText(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement from, ReadOnlySpan<byte> property)
    {
        if (TextOf(from, property) is { } text)
            json.WriteString(name, text);
    }

    private static bool CopyNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, JsonElement from, ReadOnlySpan<byte> property)
    {
        if (!from.TryGetProperty(property, out var number) || number.ValueKind != JsonValueKind.Number)
            return false;

        json.WritePropertyName(name);
        number.WriteTo(json);
        return true;
    }

    private static JsonElement? Child(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.Object ? child : null;

    /// <summary>A position of another kind, such as the text "NaN", is left out rather than taken for nought.</summary>
    private static JsonElement? Point(JsonElement parent, ReadOnlySpan<byte> name) =>
        Child(parent, name) is { } point && IsNumberIfThere(point, "latitude"u8) && IsNumberIfThere(point, "longitude"u8) ? point : null;

    private static bool IsNumberIfThere(JsonElement point, ReadOnlySpan<byte> name) =>
        !point.TryGetProperty(name, out var number) || number.ValueKind is JsonValueKind.Number or JsonValueKind.Null;

    private static string? TextOf(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.String ? child.GetString() : null;
}
