using NetTopologySuite.Index;

namespace ProxyHerd.Server.Places;

/// <summary>Collects from the index's candidates the nearest within the radius, at most as many as the bound, nearest first.</summary>
/// <remarks>
/// Keeps a sorted array by insertion: the bound is at most 20, so that this moves less memory than a heap or a sort of
/// all candidates would.
/// </remarks>
internal sealed class NearestLandmarks(SpherePoint center, double radiusMeters, int bound) : IItemVisitor<IndexedLandmark>
{
    private readonly double _haversineMax = GreatCircle.HaversineOf(radiusMeters);
    private readonly (double Haversine, IndexedLandmark Landmark)[] _nearest = new (double, IndexedLandmark)[bound];
    private int _count;

    /// <summary>What has been collected.</summary>
    public ReadOnlySpan<(double Haversine, IndexedLandmark Landmark)> Found => _nearest.AsSpan(0, _count);

    /// <inheritdoc/>
    public void VisitItem(IndexedLandmark item)
    {
        var haversine = GreatCircle.Haversine(center, item.Point);
        if (haversine > _haversineMax)
            return;

        var slot = _count;
        while (slot > 0 && IsNearer(haversine, item, _nearest[slot - 1]))
            slot--;

        if (slot == _nearest.Length)
            return;

        if (_count < _nearest.Length)
            _count++;
        Array.Copy(_nearest, slot, _nearest, slot + 1, _count - slot - 1);
        _nearest[slot] = (haversine, item);
    }

    /// <summary>Equally far landmarks keep the order of the file, so that equal questions have equal answers.</summary>
    private static bool IsNearer(double haversine, IndexedLandmark landmark, (double Haversine, IndexedLandmark Landmark) other) =>
        haversine < other.Haversine || (haversine == other.Haversine && landmark.Order < other.Landmark.Order);
}
