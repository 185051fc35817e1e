using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places.Google;

/// <summary>Google's Places API (New), whose answers are written in the shape of the legacy one.</summary>
/// <remarks><see href="https://developers.google.com/maps/documentation/places/web-service/nearby-search"/></remarks>
internal sealed class GooglePlacesApi(GoogleOptions options, ApiKey key) : IGoogleApi
{
    /// <summary>What <c>Places:Provider</c> calls it.</summary>
    public const string ApiName = "Google";

    /// <summary>The most that Google gives, and that a WHATSAT may ask for: so that one call serves every bound.</summary>
    private const int ResultsMax = 20;

    private readonly string _endpoint = options.BaseUrl.TrimEnd('/') + "/v1/places:searchNearby";

    /// <inheritdoc/>
    public string Name => ApiName;

    /// <summary>
    /// <c>POST …/v1/places:searchNearby</c> with
    /// <c>{"maxResultCount":20,"rankPreference":"POPULARITY","locationRestriction":{"circle":{"center":{"latitude":34.06893,"longitude":-118.445127},"radius":10000}}}</c>
    /// </summary>
    public HttpRequestMessage Ask(in PlacesQuery query)
    {
        var content = new ReadOnlyMemoryContent(Body(query));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = content };
        request.Headers.TryAddWithoutValidation("X-Goog-Api-Key", key.Value);
        request.Headers.TryAddWithoutValidation("X-Goog-FieldMask", options.FieldMask);
        return request;
    }

    /// <summary>An empty object is what Google sends where there is no place; one that tells of an error is no answer.</summary>
    public string? StatusOf(JsonElement answer)
    {
        if (!answer.TryGetProperty("places"u8, out var places))
            return answer.TryGetProperty("error"u8, out _) ? null : NearbySearchStatus.ZeroResults;
        if (places.ValueKind != JsonValueKind.Array || places.EnumerateArray().Any(place => place.ValueKind != JsonValueKind.Object))
            return null;
        return places.GetArrayLength() > 0 ? NearbySearchStatus.Ok : NearbySearchStatus.ZeroResults;
    }

    /// <summary>Its failures come with an HTTP status of their own.</summary>
    public string? MessageOf(JsonElement answer) => null;

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json, JsonElement answer, int bound)
    {
        var kept = answer.TryGetProperty("places"u8, out var places) ? places.EnumerateArray().Take(bound).ToList() : [];
        json.WriteStartObject();
        json.WriteStartArray("html_attributions"u8);
        foreach (var attribution in kept.SelectMany(GooglePlaceJson.Attributions).Distinct(StringComparer.Ordinal))
            json.WriteStringValue(attribution);
        json.WriteEndArray();
        json.WriteStartArray("results"u8);
        foreach (var place in kept)
            GooglePlaceJson.Write(json, place);
        json.WriteEndArray();
        json.WriteString("status"u8, StatusOf(answer));
        json.WriteEndObject();
    }

    private ReadOnlyMemory<byte> Body(in PlacesQuery query)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("maxResultCount"u8, ResultsMax);
        json.WriteString("rankPreference"u8, options.RankPreference);
        json.WriteStartObject("locationRestriction"u8);
        json.WriteStartObject("circle"u8);
        json.WriteStartObject("center"u8);
        json.WriteNumber("latitude"u8, query.Latitude);
        json.WriteNumber("longitude"u8, query.Longitude);
        json.WriteEndObject();
        json.WriteNumber("radius"u8, query.RadiusMeters);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
