using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places.Google;

/// <summary>What makes two questions the same: the position to four decimals, 11 m on the ground, and the radius. Not the bound.</summary>
/// <param name="Latitude">Ten-thousandths of a degree.</param>
/// <param name="Longitude">Ten-thousandths of a degree; 180 west is 180 east.</param>
/// <param name="RadiusMeters">As it was asked.</param>
internal readonly record struct GoogleQuestion(int Latitude, int Longitude, double RadiusMeters)
{
    private const int PerDegree = 10_000;

    /// <summary>The question of a query.</summary>
    public static GoogleQuestion Of(in PlacesQuery query)
    {
        var longitude = Rounded(query.Longitude);
        return new(Rounded(query.Latitude), longitude == -180 * PerDegree ? 180 * PerDegree : longitude, query.RadiusMeters);
    }

    private static int Rounded(double degrees) => (int)Math.Round(degrees * PerDegree);
}
