using System.IO.Hashing;
using System.Runtime.InteropServices;
using ProxyHerd.Herd.Places;

namespace ProxyHerd.Server.Places.Search;

/// <summary>The places of some stores in a spatial index. Does not change once made; any thread may search.</summary>
/// <remarks>Places are numbered through all stores, in their order. A number is 4 bytes, so two thousand million is the end.</remarks>
internal sealed class PlaceIndex
{
    private readonly PlaceStore[] _stores;

    /// <summary>The number of each store's first place.</summary>
    private readonly int[] _firsts;

    private readonly SpotTree _tree;

    /// <summary>
    /// An index of these stores. Of places with the same id one is found: the first that came as an area, or else the first.
    /// </summary>
    public PlaceIndex(params IReadOnlyList<PlaceStore> stores)
    {
        _stores = [.. stores];
        _firsts = new int[_stores.Length];
        var count = 0;
        for (var i = 0; i < _stores.Length; i++)
        {
            _firsts[i] = count;
            count = checked(count + _stores[i].Count);
        }

        var numbers = DistinctNumbers(count);
        Count = numbers.Length;
        _tree = new SpotTree(SpotsOf(numbers), numbers);
    }

    /// <summary>How many different places there are.</summary>
    public int Count { get; }

    /// <summary>A place that was found.</summary>
    public Place this[int number]
    {
        get
        {
            var at = Array.BinarySearch(_firsts, number);
            var store = at < 0 ? ~at - 1 : at;
            while (_stores[store].Count == 0)
                store++; // Stores without places share their first number with the next one.
            return _stores[store][number - _firsts[store]];
        }
    }

    /// <summary>Finds the nearest places.</summary>
    public NearestPlaces Search(in PlacesQuery query)
    {
        var nearest = new NearestPlaces(new SpherePoint(query.Latitude, query.Longitude), query.RadiusMeters, query.Bound);
        _tree.Search(nearest);
        return nearest;
    }

    private int[] DistinctNumbers(int count)
    {
        var numbers = new List<int>(count);
        var slotOfId = new Dictionary<ulong, int>(count);
        for (var number = 0; number < count; number++)
        {
            var place = this[number];
            ref var slot = ref CollectionsMarshal.GetValueRefOrAddDefault(slotOfId, XxHash3.HashToUInt64(place.Id), out var isKnown);
            if (!isKnown)
            {
                slot = numbers.Count;
                numbers.Add(number);
                continue;
            }

            var known = this[numbers[slot]];
            if (!known.Id.SequenceEqual(place.Id))
                numbers.Add(number); // Another id with the same hash, once in some hundred thousand files.
            else if (place.Traits.HasFlag(PlaceTraits.IsArea) && !known.Traits.HasFlag(PlaceTraits.IsArea))
                numbers[slot] = number;
        }
        return [.. numbers];
    }

    /// <summary>Gathers places at the same point, and puts the numbers into the order of the spots.</summary>
    private Spot[] SpotsOf(int[] numbers)
    {
        var points = new (SpherePoint Point, int Number)[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            var place = this[numbers[i]];
            points[i] = (new SpherePoint(place.Latitude, place.Longitude), numbers[i]);
        }
        Array.Sort(points, static (a, b) => Compare(a.Point, b.Point) is var order and not 0 ? order : a.Number.CompareTo(b.Number));

        var spots = new List<Spot>(numbers.Length);
        for (var i = 0; i < points.Length; i++)
        {
            numbers[i] = points[i].Number;
            if (i > 0 && Compare(points[i].Point, points[i - 1].Point) == 0)
                spots[^1] = spots[^1] with { Count = spots[^1].Count + 1 };
            else
                spots.Add(new Spot(points[i].Point, i, 1));
        }
        return [.. spots];
    }

    private static int Compare(in SpherePoint a, in SpherePoint b)
    {
        var byX = a.X.CompareTo(b.X);
        var byY = byX != 0 ? byX : a.Y.CompareTo(b.Y);
        return byY != 0 ? byY : a.Z.CompareTo(b.Z);
    }
}
