using CsCheck;

namespace ProxyHerd.Herd.Tests.Locations;

/// <summary>Stores that saw the same updates hold the same bytes, in whatever order, how often and in whatever batches.</summary>
public sealed class ConvergenceTests
{
    private static readonly Gen<int> Shards = Gen.OneOf(1, 2, 8);

    [Fact]
    public void AcceptFromNeighbour_AnyOrderRepetitionAndBatches_EndsInTheSameBytes() =>
        Gen.Select(UpdateLines.OfClients(4).Array[1, 40], Gen.Select(Gen.Int, Shards).Array[2, 5]).Sample(
            (lines, stores) =>
            {
                var ends = stores.Select(store => Shuffled(lines, store.Item1, store.Item2)).ToList();
                var expected = Newest(lines);
                foreach (var end in ends)
                {
                    Assert.Equal(expected, end.All());
                    Assert.Equal(ends[0].Store.Digest, end.Store.Digest);
                    Assert.Equal(expected.Count, end.Store.Count);
                    Assert.NotEqual(0UL, end.Store.Digest);
                }
            },
            iter: 500);

    [Fact]
    public void ClientsAndNeighbours_OnceAllIsFlooded_HoldTheSameBytes() =>
        Gen.Select(Moves.Array[1, 30], Gen.Int[2, 5], Gen.Int).Sample(
            (moves, count, seed) =>
            {
                var random = new Random(seed);
                var stores = Enumerable.Range(0, count).Select(i => new TestStore($"Server{i}", 1 << random.Next(4))).ToList();
                foreach (var (store, line, wait) in moves)
                {
                    stores.ForEach(each => each.Time.Advance(TimeSpan.FromTicks(wait)));
                    stores[store % count].FromClient(line);
                    if (random.Next(3) == 0)
                        Flood(stores[random.Next(count)], stores[random.Next(count)]);
                }

                // A line may pass through every server: as many rounds as there are servers reach all.
                for (var round = 0; round < count; round++)
                {
                    foreach (var from in stores)
                        stores.ForEach(to => Flood(from, to));
                }

                Assert.All(stores, store => Assert.Equal(stores[0].All(), store.All()));
                Assert.All(stores, store => Assert.Equal(stores[0].Store.Digest, store.Store.Digest));
            },
            iter: 300);

    private static Gen<(int Store, string Line, int Wait)> Moves => Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, 2], Gen.OneOf("+1+1", "+2+2", "+1.0+1"), Gen.OneOf("5", "5.0", "6", "7"), Gen.Int[0, 2]).Select(
        (store, client, position, time, wait) => (store, $"IAMAT client{client} {position} {time}", wait));

    private static void Flood(TestStore from, TestStore to)
    {
        from.Commit();
        to.Take(from.All());
    }

    private static TestStore Shuffled(string[] lines, int seed, int shards)
    {
        var random = new Random(seed);
        var store = new TestStore(shards: shards);
        var order = lines.Concat(lines.Where(_ => random.Next(2) == 0)).ToArray();
        random.Shuffle(order);
        foreach (var line in order)
        {
            store.FromNeighbour(line, origin: random.Next(3));
            if (random.Next(4) == 0)
                store.Commit();
        }

        store.Commit();
        return store;
    }

    /// <summary>What must be left, by the rule's own words rather than the store's code.</summary>
    private static List<string> Newest(string[] lines) =>
        [.. lines.GroupBy(line => line.Split(' ')[3]).Select(client => client.Order(Comparer<string>.Create(Compare)).First())
            .Order(StringComparer.Ordinal)];

    private static int Compare(string one, string other)
    {
        var (a, b) = (one.Split(' '), other.Split(' '));
        var difference = decimal.Parse(b[5]).CompareTo(decimal.Parse(a[5]));
        if (difference == 0)
            difference = Nanoseconds(a[2]).CompareTo(Nanoseconds(b[2]));
        if (difference == 0)
            difference = string.CompareOrdinal(a[1], b[1]);
        if (difference == 0)
            difference = string.CompareOrdinal(a[4], b[4]);
        return difference != 0 ? difference : string.CompareOrdinal(one, other);
    }

    private static decimal Nanoseconds(string skew) =>
        decimal.Truncate(decimal.Parse(skew, System.Globalization.NumberStyles.Float) * 1_000_000_000m);
}
