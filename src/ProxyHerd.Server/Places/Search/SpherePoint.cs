namespace ProxyHerd.Server.Places.Search;

/// <summary>
/// A position as a point on the sphere of radius 1. In space there is no seam at longitude 180 and none at the poles, and
/// the nearer of two points by great circle is the nearer by the straight chord.
/// </summary>
internal readonly struct SpherePoint
{
    /// <summary>The point at this position, in degrees.</summary>
    public SpherePoint(double latitude, double longitude)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(latitude));
        var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(longitude));
        X = cosLatitude * cosLongitude;
        Y = cosLatitude * sinLongitude;
        Z = sinLatitude;
    }

    public double X { get; }
    public double Y { get; }
    public double Z { get; }

    /// <summary>One of the three coordinates: 0 for X, 1 for Y, 2 for Z.</summary>
    public double At(int axis) => axis switch { 0 => X, 1 => Y, _ => Z };

    /// <summary>
    /// The square of the chord between two points. Rounding moves it by some 1e-16 of the radius, about a nanometre on the
    /// ground, also for points close together.
    /// </summary>
    public static double SquaredChord(in SpherePoint a, in SpherePoint b)
    {
        var (x, y, z) = (a.X - b.X, a.Y - b.Y, a.Z - b.Z);
        return (x * x) + (y * y) + (z * z);
    }
}
