namespace ProxyHerd.Server.Places;

/// <summary>A position with what its distances need, computed once.</summary>
internal readonly struct SpherePoint(double latitude, double longitude)
{
    public double LatitudeRadians { get; } = double.DegreesToRadians(latitude);
    public double LongitudeRadians { get; } = double.DegreesToRadians(longitude);
    public double CosLatitude { get; } = Math.Cos(double.DegreesToRadians(latitude));
}
