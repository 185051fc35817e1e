namespace ProxyHerd.Server.Places.Search;

/// <summary>Distances along the sphere, and the chords that stand for them.</summary>
internal static class GreatCircle
{
    /// <summary>Mean radius of the earth: (2a + b) / 3 of WGS 84 (H. Moritz, Geodetic Reference System 1980).</summary>
    public const double EarthRadiusMeters = 6_371_008.8;

    /// <summary>The square of the chord, on the sphere of radius 1, between points that are this far from each other.</summary>
    /// <returns>Infinity from half the circumference on, where every point is in reach.</returns>
    public static double SquaredChordOf(double meters)
    {
        var half = meters / EarthRadiusMeters / 2;
        return half >= Math.PI / 2 ? double.PositiveInfinity : 4 * Math.Sin(half) * Math.Sin(half);
    }

    /// <summary>How far apart points are whose chord has this square.</summary>
    public static double MetersOf(double squaredChord) => 2 * EarthRadiusMeters * Math.Asin(Math.Min(1, Math.Sqrt(squaredChord) / 2));
}
