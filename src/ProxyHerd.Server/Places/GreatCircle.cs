using NetTopologySuite.Geometries;

namespace ProxyHerd.Server.Places;

/// <summary>Distances on the sphere, and the envelopes that hold a circle on it.</summary>
internal static class GreatCircle
{
    /// <summary>Mean radius of the earth: (2a + b) / 3 of WGS 84 (H. Moritz, Geodetic Reference System 1980).</summary>
    public const double EarthRadiusMeters = 6_371_008.8;

    /// <summary>
    /// Added to each side of an envelope against rounding: about 0.1 mm on the ground. Envelopes only preselect, so
    /// being generous is harmless.
    /// </summary>
    private const double MarginDegrees = 1e-9;

    /// <summary>
    /// The haversine of the angle between two points: sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2), exact for points close
    /// together, where the law of cosines is not (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68,
    /// 1984, p. 159). It grows with the distance, so that comparing needs no arcsine.
    /// </summary>
    public static double Haversine(in SpherePoint from, in SpherePoint to)
    {
        var sinLatitude = Math.Sin((to.LatitudeRadians - from.LatitudeRadians) / 2);
        var sinLongitude = Math.Sin((to.LongitudeRadians - from.LongitudeRadians) / 2);
        return (sinLatitude * sinLatitude) + (from.CosLatitude * to.CosLatitude * sinLongitude * sinLongitude);
    }

    /// <summary>The haversine of two points that are this far from each other.</summary>
    public static double HaversineOf(double meters)
    {
        var sin = Math.Sin(Math.Min(meters / EarthRadiusMeters, Math.PI) / 2);
        return sin * sin;
    }

    /// <summary>
    /// Envelopes in degrees (x is the longitude) that together hold the circle and do not overlap: two where it crosses
    /// the antimeridian, one of all longitudes where it holds a pole. The half-width is asin(sin(r) / cos φ), at the
    /// circle's tangent meridians, which do not touch it at its centre's latitude (J. P. Matuschek, "Finding Points
    /// Within a Distance of a Latitude/Longitude Using Bounding Coordinates").
    /// </summary>
    /// <returns>The second is null unless the circle crosses the antimeridian.</returns>
    public static (Envelope First, Envelope? Second) EnvelopesOf(double latitude, double longitude, double radiusMeters)
    {
        var angle = radiusMeters / EarthRadiusMeters;
        var halfHeight = double.RadiansToDegrees(angle) + MarginDegrees;
        var south = latitude - halfHeight;
        var north = latitude + halfHeight;
        if (south <= -90 || north >= 90)
            return (new Envelope(-180, 180, south, north), null);

        // No pole is in the circle, so sin(r) is below cos φ, but for rounding.
        var sinHalfWidth = Math.Min(1, Math.Sin(angle) / Math.Cos(double.DegreesToRadians(latitude)));
        var halfWidth = double.RadiansToDegrees(Math.Asin(sinHalfWidth)) + MarginDegrees;
        var west = longitude - halfWidth;
        var east = longitude + halfWidth;
        if (west < -180)
            return (new Envelope(-180, east, south, north), new Envelope(west + 360, 180, south, north));
        if (east > 180)
            return (new Envelope(west, 180, south, north), new Envelope(-180, east - 360, south, north));

        return (new Envelope(west, east, south, north), null);
    }
}
