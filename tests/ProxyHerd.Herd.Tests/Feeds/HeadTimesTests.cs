using Microsoft.Extensions.Time.Testing;
using ProxyHerd.Herd.Feeds;

namespace ProxyHerd.Herd.Tests.Feeds;

public sealed class HeadTimesTests
{
    private readonly FakeTimeProvider _time = new(TestStore.Start);

    [Fact]
    public void AgeOf_NumbersOfTheLastMoments_IsExactToAHundredthOfASecond()
    {
        var times = new HeadTimes(_time);
        for (var sequence = 1; sequence <= 50; sequence++)
        {
            Advance(0.010);
            times.Note(sequence);
        }

        Advance(0.003);
        Assert.Equal(3, times.AgeOf(50).TotalMilliseconds, tolerance: 0.1);
        Assert.Equal(13, times.AgeOf(49).TotalMilliseconds, tolerance: 0.1);
        Assert.Equal(493, times.AgeOf(1).TotalMilliseconds, tolerance: 0.1);

        // Given between two notes: as old as the earlier.
        Assert.Equal(3, times.AgeOf(51).TotalMilliseconds, tolerance: 0.1);
    }

    [Fact]
    public void AgeOf_NumbersOfTenHours_IsNeverShortAndAtMostATenthTooLong()
    {
        var times = new HeadTimes(_time);
        var given = new List<(long Sequence, long Timestamp)>();
        var random = new Random(1);
        var began = _time.GetTimestamp();
        for (var sequence = 1L; _time.GetElapsedTime(began) < TimeSpan.FromHours(10); sequence += random.Next(1, 100))
        {
            Advance(random.NextDouble() * 2);
            times.Note(sequence);
            given.Add((sequence, _time.GetTimestamp()));
        }

        Advance(1);
        foreach (var (sequence, timestamp) in given)
        {
            var age = _time.GetElapsedTime(timestamp).TotalSeconds;
            Assert.InRange(times.AgeOf(sequence).TotalSeconds, age, (age * 1.1) + 0.01);
        }
    }

    [Fact]
    public void AgeOf_NumbersOfBeforeTheStart_IsTimeSinceTheStart()
    {
        var times = new HeadTimes(_time);
        Advance(60);
        times.Note(1_000);
        Advance(5);

        Assert.Equal(65, times.AgeOf(1).TotalSeconds);
        Assert.Equal(5, times.AgeOf(1_000).TotalSeconds);
    }

    [Fact]
    public void AgeOf_NumbersOfBeforeAllThatIsKnown_IsAsLongAsIsKnown()
    {
        var times = new HeadTimes(_time);
        for (var sequence = 1; sequence <= 30; sequence++)
        {
            Advance(3_600);
            times.Note(sequence);
        }

        Assert.InRange(times.AgeOf(1).TotalHours, 11, 29);
    }

    private void Advance(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
