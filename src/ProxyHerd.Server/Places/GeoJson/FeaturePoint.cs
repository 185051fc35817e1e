using System.Text.Json;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO.Converters;

namespace ProxyHerd.Server.Places.GeoJson;

/// <summary>Where a feature is: a point as it is, anything else by a point that lies in it.</summary>
/// <param name="Latitude">Degrees, -90 to 90.</param>
/// <param name="Longitude">Degrees, -180 to 180.</param>
/// <param name="IsArea">Whether the geometry is a polygon or several.</param>
internal readonly record struct FeaturePoint(double Latitude, double Longitude, bool IsArea)
{
    /// <summary>What an interior point is rounded to: OpenStreetMap's own precision, a centimetre.</summary>
    private const int Decimals = 7;

    /// <summary>Some reasons repeat what they found.</summary>
    private const int ReasonCharsMax = 200;

    private static readonly JsonSerializerOptions Options = new() { Converters = { new GeoJsonConverterFactory() } };

    /// <summary>The point of a geometry: <c>{"type":"Point","coordinates":[7.4271083,43.7312758]}</c></summary>
    /// <param name="geometry">A JSON value without mistakes.</param>
    /// <returns>Null for a geometry that is null or empty, as that of a feature without a place is.</returns>
    /// <exception cref="InvalidDataException">It is no geometry, or lies outside of longitude and latitude.</exception>
    public static FeaturePoint? Of(ReadOnlySpan<byte> geometry)
    {
        if (TryReadPoint(geometry, out var longitude, out var latitude))
            return At(latitude, longitude, isArea: false);

        try
        {
            return Of(JsonSerializer.Deserialize<Geometry>(geometry, Options));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            var reason = exception.Message.Split(" Path:")[0].ReplaceLineEndings(" ");
            throw new InvalidDataException($"its geometry is none: {reason[..Math.Min(reason.Length, ReasonCharsMax)]}");
        }
    }

    private static FeaturePoint? Of(Geometry? geometry)
    {
        if (geometry is null || geometry.IsEmpty)
            return null;

        // Checked before a point is chosen from it: among projected coordinates one may look right.
        var extent = geometry.EnvelopeInternal;
        At(extent.MinY, extent.MinX, isArea: false);
        At(extent.MaxY, extent.MaxX, isArea: false);
        var point = geometry.InteriorPoint;
        return point.IsEmpty
            ? null
            : At(Math.Round(point.Y, Decimals), Math.Round(point.X, Decimals), geometry.Dimension == Dimension.Surface);
    }

    /// <summary>Some write on beyond 180 where an area crosses the antimeridian.</summary>
    private static FeaturePoint At(double latitude, double longitude, bool isArea)
    {
        if (!(Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 360))
            throw new InvalidDataException($"{longitude}, {latitude} is no longitude and latitude; GeoJSON is in degrees of WGS 84, the longitude first");
        return new FeaturePoint(latitude, longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude, isArea);
    }

    /// <summary>Most geometries are points, which need no objects.</summary>
    private static bool TryReadPoint(ReadOnlySpan<byte> geometry, out double longitude, out double latitude)
    {
        (longitude, latitude) = (double.NaN, double.NaN);
        var isPoint = false;
        var reader = new Utf8JsonReader(geometry);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isCoordinates = reader.ValueTextEquals("coordinates"u8);
            reader.Read();
            if (isType)
            {
                isPoint = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("Point"u8);
                if (!isPoint)
                    return false;
                continue;
            }

            if (isCoordinates && reader.TokenType == JsonTokenType.StartArray
                && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out longitude)
                && reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out latitude))
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.Number)
                {
                    // A height, which is not asked for.
                }
                if (reader.TokenType != JsonTokenType.EndArray)
                    return false;
                continue;
            }
            if (isCoordinates)
                return false;
            reader.Skip();
        }
        return isPoint && !double.IsNaN(latitude);
    }
}
