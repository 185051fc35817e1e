using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Herd.Tests.Commits;

/// <summary>Whose word on how far it has followed this server's feed is taken.</summary>
public sealed class BootListTests
{
    private const ulong First = 11;
    private const ulong Second = 22;
    private const ulong Third = 33;

    [Theory]
    [InlineData(Third, 0, true)]
    [InlineData(Third, 90, true)] // the present boot: what is committed by now
    [InlineData(Third, 91, false)]
    [InlineData(Second, 70, true)] // an earlier one: what the journal held at the next start
    [InlineData(Second, 71, false)] // a tail that was lost then
    [InlineData(First, 50, true)]
    [InlineData(First, 51, false)]
    [InlineData(44UL, 0, false)] // a boot that is not ours, or that a restored backup does not know
    [InlineData(44UL, 1, false)]
    [InlineData(null, 0, false)]
    public void Reached_KnownBootAndNumberNotBeyondIt_AndNothingElse(ulong? boot, long sequence, bool isReached)
    {
        // What the record of the second boot says is of its start; what its journal holds now counts.
        var state = new JournalState([new(First, 50), new(Second, 50)], [], LastSequence: 70);
        Assert.Equal(isReached, BootList.After(state, Third).Reached(boot, sequence, committed: 90));
    }

    [Fact]
    public void After_EveryStart_KeepsTheLast64()
    {
        var state = JournalState.Empty;
        for (ulong boot = 1; boot <= 200; boot++)
        {
            var list = BootList.After(state, boot);
            Assert.Equal((int)Math.Min(boot, 64), list.Records.Count);
            Assert.Equal(boot, list.Records[^1].Boot);
            state = new JournalState(list.Records, [], LastSequence: (long)boot * 10);
        }

        var last = BootList.After(state, 201);
        Assert.False(last.Reached(137, 0, committed: 1_000_000));
        for (ulong boot = 138; boot <= 200; boot++)
        {
            Assert.True(last.Reached(boot, (long)boot * 10, committed: 2_000));
            Assert.False(last.Reached(boot, ((long)boot * 10) + 1, committed: 1_000_000));
        }
    }
}
