using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places;

namespace ProxyHerd.Server.Tests.Places;

/// <summary>What the index must agree with, by other means: angles between vectors, and a look at every landmark.</summary>
internal static class Sphere
{
    public static double Meters(double latitude, double longitude, double otherLatitude, double otherLongitude)
    {
        var (a, b) = (Vector(latitude, longitude), Vector(otherLatitude, otherLongitude));
        var cross = new[] { (a[1] * b[2]) - (a[2] * b[1]), (a[2] * b[0]) - (a[0] * b[2]), (a[0] * b[1]) - (a[1] * b[0]) };
        var dot = (a[0] * b[0]) + (a[1] * b[1]) + (a[2] * b[2]);
        return 6_371_008.8 * Math.Atan2(Math.Sqrt(cross.Sum(c => c * c)), dot);
    }

    public static string[] NearestNames(IEnumerable<Landmark> landmarks, PlacesQuery query) =>
        [.. landmarks
            .Select(l => (l.Name, Meters: Meters(query.Latitude, query.Longitude, l.Latitude, l.Longitude)))
            .Where(l => l.Meters <= query.RadiusMeters)
            .OrderBy(l => l.Meters)
            .Take(query.Bound)
            .Select(l => l.Name)];

    private static double[] Vector(double latitude, double longitude)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(latitude));
        var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(longitude));
        return [cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude];
    }
}
