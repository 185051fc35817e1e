using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Tests.Locations;

namespace ProxyHerd.Herd.Tests.Feeds;

/// <summary>A journal finds each client's newest committed line by its number, wherever it has to be looked for.</summary>
public sealed class CommittedLinesTests
{
    /// <summary>With few numbers in the index, the store is gone through instead.</summary>
    [Theory]
    [InlineData(Feed.NumbersMax)]
    [InlineData(16)]
    public void ForEach_Range_VisitsThoseWhoseNewestIsInIt(int numbersMax)
    {
        var store = new TestStore(shards: 4, feedNumbersMax: numbersMax);
        for (var number = 1; number <= 3000; number++)
            store.Take(Line($"car{number % 700}", number));

        Assert.Equal(Numbers(2301, 3000), Visit(store, 0, 3000, out var isWhole));
        Assert.True(isWhole);
        Assert.Equal(Numbers(2301, 2990), Visit(store, 0, 2990, out _));
        Assert.Equal(Numbers(2992, 3000), Visit(store, 2991, 3000, out _));
        Assert.Empty(Visit(store, 0, 2300, out _));
        Assert.Empty(Visit(store, 3000, 3000, out _));
    }

    [Theory]
    [InlineData(Feed.NumbersMax)]
    [InlineData(16)]
    public void ForEach_Line_ComesWithItsHashAndItsClient(int numbersMax)
    {
        var store = new TestStore(feedNumbersMax: numbersMax);
        string[] clients = ["a", new('x', 255), "\u00FF"];
        store.Take(clients.Select(client => Line(client, 1)));
        for (var number = 4; number <= 40; number++)
            store.Take(Line("b", number));

        var met = new List<(string Client, string Line, ulong Hash)>();
        Assert.True(new CommittedLines(store.Store, store.Feed).ForEach(0, 3, met, static (met, update) =>
        {
            Assert.False(update.IsRemoval);
            met.Add((Bytes.Text(update.ClientId), Bytes.Text(update.Line), update.LineHash));
        }));
        Assert.Equal(clients.Select(client => (client, Line(client, 1), System.IO.Hashing.XxHash3.HashToUInt64(Bytes.Of(Line(client, 1))))).Order(), met.Order());
    }

    /// <summary>What is put into an open batch is not committed yet.</summary>
    [Fact]
    public void ForEach_NewerLineWaitsForItsCommit_VisitsTheCommittedOne()
    {
        var store = new TestStore();
        store.Take(Line("a", 1));
        store.FromNeighbour(Line("a", 2));
        store.FromNeighbour(Line("b", 2));
        Assert.Equal([1L], Visit(store, 0, 1, out _));
        store.Commit();
        Assert.Empty(Visit(store, 0, 1, out _));
        Assert.Equal([2L, 3L], Visit(store, 1, 3, out _));
    }

    [Theory]
    [InlineData(Feed.NumbersMax)]
    [InlineData(4)]
    public void ForEach_RemovedClient_IsNotVisited(int numbersMax)
    {
        var store = new TestStore(feedNumbersMax: numbersMax);
        for (var number = 1; number <= 8; number++)
            store.Take(Line($"car{number}", number));
        for (var place = default(ScanPlace); !place.IsAtEnd;)
            store.Store.RemoveOutside(ref place, oldest: 5_000_000_000, long.MaxValue, out _);
        store.Commit();

        // A slot is given to another client, whose number is its own.
        store.Take(Line("new", 13));
        Assert.Equal([5L, 6L, 7L, 8L], Visit(store, 0, 12, out var isWhole));
        Assert.Equal([5L, 6L, 7L, 8L, 13L], Visit(store, 0, 13, out _));
        Assert.True(isWhole);
    }

    [Theory]
    [InlineData(Feed.NumbersMax)]
    [InlineData(4)]
    public void ForEach_DamagedLine_IsLeftOutAndSaidToBe(int numbersMax)
    {
        var store = new TestStore(feedNumbersMax: numbersMax);
        for (var number = 1; number <= 8; number++)
            store.Take(Line($"car{number}", number));
        MemoryDamage.Flip(store.Store, Line("car3", 3), 5);

        Assert.Equal([1L, 2L, 4L, 5L, 6L, 7L, 8L], Visit(store, 0, 8, out var isWhole));
        Assert.False(isWhole);
        Assert.Equal([4L, 5L, 6L, 7L, 8L], Visit(store, 3, 8, out isWhole));
        Assert.True(isWhole);
        Assert.True(store.Store.HasDamage);
    }

    private static IEnumerable<long> Numbers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(number => (long)number);

    private static List<long> Visit(TestStore store, long after, long last, out bool isWhole)
    {
        var met = new List<long>();
        isWhole = new CommittedLines(store.Store, store.Feed).ForEach(after, last, met, static (met, update) => met.Add(update.Sequence));
        met.Sort();
        return met;
    }

    private static string Line(string client, int time) => $"AT Parker +0.5 {client} +34.068930-118.445127 {time}";
}
