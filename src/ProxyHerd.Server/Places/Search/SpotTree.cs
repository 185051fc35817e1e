namespace ProxyHerd.Server.Places.Search;

/// <summary>
/// A k-d tree over spots in space (J. L. Bentley, "Multidimensional Binary Search Trees", CACM 18, 1975), for which the
/// spots are put in order once: the middle one of every range divides the others, along the axis on which they are widest.
/// </summary>
/// <remarks>
/// The search goes into the nearer half first and leaves out whatever lies beyond the farthest place that it keeps, so
/// that in a dense centre it looks at some hundreds of spots however many lie within the radius. Lower bounds are sums of
/// the same squares, in the same order, as the distances that they bound, so that rounding cannot lose a place.
/// </remarks>
internal sealed class SpotTree
{
    /// <summary>A range this short is looked at whole: eight spots lie in four cache lines.</summary>
    private const int LeafSpotsMax = 8;

    private readonly Spot[] _spots;
    private readonly int[] _numbers;

    /// <summary>For the middle of each range the axis that it divides.</summary>
    private readonly byte[] _axes;

    /// <summary>A tree over these spots.</summary>
    /// <param name="spots">No two at the same point. The tree owns them, and changes their order.</param>
    /// <param name="numbers">What the spots' ranges refer to. The tree owns it.</param>
    public SpotTree(Spot[] spots, int[] numbers)
    {
        _spots = spots;
        _numbers = numbers;
        _axes = new byte[spots.Length];
        Divide(0, spots.Length);
    }

    /// <summary>Offers the spots near the centre, until no other can be nearer than what is kept.</summary>
    public void Search(NearestPlaces nearest) => Search(nearest, 0, _spots.Length, default);

    private void Search(NearestPlaces nearest, int start, int end, Offset outside)
    {
        while (end - start > LeafSpotsMax)
        {
            var middle = MiddleOf(start, end);
            var axis = _axes[middle];
            var beyond = nearest.Center.At(axis) - _spots[middle].Point.At(axis);
            var (farStart, farEnd) = beyond < 0 ? (middle + 1, end) : (start, middle);
            var (nearStart, nearEnd) = beyond < 0 ? (start, middle) : (middle + 1, end);
            Search(nearest, nearStart, nearEnd, outside);

            Offer(nearest, middle, middle + 1);
            outside = outside.With(axis, beyond * beyond);
            if (outside.SquaredChordMin > nearest.SquaredChordMax)
                return;
            (start, end) = (farStart, farEnd);
        }

        Offer(nearest, start, end);
    }

    private void Offer(NearestPlaces nearest, int start, int end)
    {
        foreach (ref readonly var spot in _spots.AsSpan(start, end - start))
            nearest.Offer(SpherePoint.SquaredChord(spot.Point, nearest.Center), _numbers.AsSpan(spot.First, spot.Count));
    }

    private void Divide(int start, int end)
    {
        while (end - start > LeafSpotsMax)
        {
            var axis = WidestAxis(_spots.AsSpan(start, end - start));
            var middle = MiddleOf(start, end);
            Select(_spots.AsSpan(start, end - start), middle - start, axis);
            _axes[middle] = (byte)axis;
            Divide(start, middle);
            start = middle + 1;
        }
    }

    private static int MiddleOf(int start, int end) => start + ((end - start) / 2);

    private static int WidestAxis(ReadOnlySpan<Spot> spots)
    {
        var (widest, width) = (0, -1.0);
        for (var axis = 0; axis < 3; axis++)
        {
            var (least, most) = (double.MaxValue, double.MinValue);
            foreach (ref readonly var spot in spots)
            {
                var value = spot.Point.At(axis);
                least = Math.Min(least, value);
                most = Math.Max(most, value);
            }
            if (most - least > width)
                (widest, width) = (axis, most - least);
        }
        return widest;
    }

    /// <summary>Quickselect (C. A. R. Hoare, "Algorithm 65: Find", CACM 4, 1961): afterwards none before the place is greater than it, none behind it smaller.</summary>
    private static void Select(Span<Spot> spots, int place, int axis)
    {
        var (left, right) = (0, spots.Length - 1);
        while (left < right)
        {
            var pivot = MedianOfThree(spots[left].Point.At(axis), spots[(left + right) / 2].Point.At(axis), spots[right].Point.At(axis));
            var (i, j) = (left, right);
            while (i <= j)
            {
                while (spots[i].Point.At(axis) < pivot)
                    i++;
                while (spots[j].Point.At(axis) > pivot)
                    j--;
                if (i <= j)
                {
                    (spots[i], spots[j]) = (spots[j], spots[i]);
                    i++;
                    j--;
                }
            }
            if (place <= j)
                right = j;
            else if (place >= i)
                left = i;
            else
                return;
        }
    }

    private static double MedianOfThree(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

    /// <summary>How far the centre is outside of a range along each axis, squared.</summary>
    private readonly record struct Offset(double X, double Y, double Z)
    {
        /// <summary>No spot of the range is nearer.</summary>
        public double SquaredChordMin => X + Y + Z;

        public Offset With(int axis, double squared) => axis switch
        {
            0 => this with { X = squared },
            1 => this with { Y = squared },
            _ => this with { Z = squared },
        };
    }
}
