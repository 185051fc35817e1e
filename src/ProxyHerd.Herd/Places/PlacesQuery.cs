using System.Net;

namespace ProxyHerd.Herd.Places;

/// <summary>Which places a WHATSAT asks for.</summary>
/// <param name="Latitude">Degrees, north positive, -90 to 90.</param>
/// <param name="Longitude">Degrees, east positive, -180 to 180.</param>
/// <param name="RadiusMeters">Above 0, at most 50,000.</param>
/// <param name="Bound">How many results at most, 1 to 20.</param>
public readonly record struct PlacesQuery(double Latitude, double Longitude, double RadiusMeters, int Bound)
{
    /// <summary>The address that the WHATSAT came from, for providers that limit how often one may ask; null if it came from none.</summary>
    public IPAddress? Asker { get; init; }
}
