using System.Globalization;
using System.Text.Json;
using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places.Google;

/// <summary>
/// Google's legacy Nearby Search, which only projects that enabled it long ago can use. Its answers pass through as they are,
/// with no more results than were asked for.
/// </summary>
/// <remarks><see href="https://developers.google.com/maps/documentation/places/web-service/legacy/search-nearby"/></remarks>
internal sealed class GoogleLegacyApi(GoogleLegacyOptions options, ApiKey key) : IGoogleApi
{
    /// <summary>What <c>Places:Provider</c> calls it.</summary>
    public const string ApiName = "GoogleLegacy";

    private readonly string _endpoint = options.BaseUrl.TrimEnd('/') + "/maps/api/place/nearbysearch/json";

    /// <inheritdoc/>
    public string Name => ApiName;

    /// <summary><c>GET …/nearbysearch/json?location=34.06893,-118.445127&amp;radius=10000&amp;key=…</c></summary>
    public HttpRequestMessage Ask(in PlacesQuery query) => new(
        HttpMethod.Get,
        $"{_endpoint}?location={Plain(query.Latitude)},{Plain(query.Longitude)}&radius={Plain(query.RadiusMeters)}&key={key.Escaped}");

    /// <inheritdoc/>
    public string? StatusOf(JsonElement answer) => TextOf(answer, "status"u8);

    /// <inheritdoc/>
    public string? MessageOf(JsonElement answer) => TextOf(answer, "error_message"u8);

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json, JsonElement answer, int bound)
    {
        json.WriteStartObject();
        foreach (var property in answer.EnumerateObject())
        {
            if (property.NameEquals("results"u8) && property.Value.ValueKind == JsonValueKind.Array)
                WriteResults(json, property.Value, bound);
            else
                property.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WriteResults(Utf8JsonWriter json, JsonElement results, int bound)
    {
        json.WriteStartArray("results"u8);
        foreach (var result in results.EnumerateArray().Take(bound))
            result.WriteTo(json);
        json.WriteEndArray();
    }

    private static string? TextOf(JsonElement answer, ReadOnlySpan<byte> name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Ten decimals, a hundredth of a millimetre in degrees, and never an exponent.</summary>
    private static string Plain(double number) => number.ToString("0.##########", CultureInfo.InvariantCulture);
}
