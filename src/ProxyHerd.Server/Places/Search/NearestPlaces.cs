namespace ProxyHerd.Server.Places.Search;

/// <summary>Collects the places nearest to a point within a radius, at most as many as the bound, nearest first.</summary>
/// <remarks>
/// Keeps a sorted array by insertion: the bound is at most 20, so that this moves less memory than a heap would.
/// </remarks>
internal sealed class NearestPlaces(SpherePoint center, double radiusMeters, int bound)
{
    private readonly (double SquaredChord, int Number)[] _nearest = new (double, int)[bound];
    private int _count;

    /// <summary>Whence distances are measured.</summary>
    public SpherePoint Center { get; } = center;

    /// <summary>Nothing with a longer chord will be taken: the radius at first, then the farthest that is kept.</summary>
    public double SquaredChordMax { get; private set; } = GreatCircle.SquaredChordOf(radiusMeters);

    /// <summary>What has been collected: each place's squared chord, and its number in the index.</summary>
    public ReadOnlySpan<(double SquaredChord, int Number)> Found => _nearest.AsSpan(0, _count);

    /// <summary>Takes what is at one spot. Equally far places keep the order of their numbers, so that equal questions have equal answers.</summary>
    /// <param name="squaredChord">How far away the spot is.</param>
    /// <param name="numbers">The numbers of what is there, the smallest first.</param>
    public void Offer(double squaredChord, ReadOnlySpan<int> numbers)
    {
        if (squaredChord > SquaredChordMax)
            return;

        // More than fit cannot be wanted, however many places share one spot.
        foreach (var number in numbers[..Math.Min(numbers.Length, _nearest.Length)])
            Offer(squaredChord, number);
        if (_count == _nearest.Length && _count > 0)
            SquaredChordMax = _nearest[^1].SquaredChord;
    }

    private void Offer(double squaredChord, int number)
    {
        var slot = _count;
        while (slot > 0 && (squaredChord, number).CompareTo(_nearest[slot - 1]) < 0)
            slot--;

        if (slot == _nearest.Length)
            return;

        if (_count < _nearest.Length)
            _count++;
        Array.Copy(_nearest, slot, _nearest, slot + 1, _count - slot - 1);
        _nearest[slot] = (squaredChord, number);
    }
}
