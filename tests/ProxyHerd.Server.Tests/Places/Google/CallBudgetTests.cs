using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using ProxyHerd.Server.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

public sealed class CallBudgetTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly RecordingLoggerProvider _log = new();

    private string File => _folder.PathOf("Alford+calls");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Spend_LimitReached_Throws()
    {
        using var budget = Budget(2);
        budget.Spend();
        budget.Spend();

        Assert.Throws<CallsSpentException>(budget.Spend);
        Assert.Equal(2, budget.Spent);
    }

    [Fact]
    public void Spend_NoLimit_CountsAndKeepsNothing()
    {
        using var budget = new CallBudget(0, null, _time, LoggerFactory.Create(_ => { }).CreateLogger<CallBudget>());
        for (var i = 0; i < 2_000; i++)
            budget.Spend();

        Assert.Equal(2_000, budget.Spent);
    }

    /// <summary>Each is on disk before it is made: a process that is killed gives none back.</summary>
    [Fact]
    public void Spend_AfterEveryKindOfEnd_GoesOn()
    {
        for (var i = 1; i <= 10; i++)
        {
            using var budget = Budget(10);
            budget.Open();
            Assert.Equal(i - 1, budget.Spent);
            budget.Spend();
            Assert.Contains($" 2026-11 {i} ", System.IO.File.ReadAllText(CopyOf(File)), StringComparison.Ordinal);
        }

        using var last = Budget(10);
        Assert.Throws<CallsSpentException>(last.Spend);
    }

    [Fact]
    public void Spend_LimitRaisedOrLowered_CountsWhatWasSpent()
    {
        Spend(5, callsMax: 10);
        using (var lowered = Budget(3))
            Assert.Throws<CallsSpentException>(lowered.Spend);
        using var raised = Budget(6);
        raised.Spend();
        Assert.Throws<CallsSpentException>(raised.Spend);
    }

    [Fact]
    public void Spend_NextMonth_BeginsAtNought()
    {
        Spend(2, callsMax: 2);
        using var budget = Budget(2);
        Assert.Throws<CallsSpentException>(budget.Spend);

        _time.SetUtcNow(new DateTimeOffset(2026, 12, 1, 7, 59, 59, TimeSpan.Zero));
        Assert.Throws<CallsSpentException>(budget.Spend);

        _time.SetUtcNow(new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero));
        Assert.Equal(0, budget.Spent);
        budget.Spend();
        Assert.Equal(1, budget.Spent);
    }

    [Fact]
    public void Spend_ClockPutBack_GivesNoCallsBack()
    {
        Spend(2, callsMax: 2);
        var earlier = new FakeTimeProvider(Noon.AddMonths(-3));
        using var budget = new CallBudget(2, new CallLedgerPlace("Alford", File), earlier, Logger());

        Assert.Throws<CallsSpentException>(budget.Spend);
        earlier.SetUtcNow(Noon.AddMonths(1));
        budget.Spend();
    }

    /// <summary>A host may boot in 1970, and learn the time later: what it calls meanwhile is of the month that was last counted.</summary>
    [Fact]
    public void Spend_ClockPutBackForAWhile_GivesNoCallsBack()
    {
        Spend(5, callsMax: 10);
        _time.AdjustTime(DateTimeOffset.UnixEpoch);
        using (var budget = Budget(10))
        {
            budget.Spend();
            Assert.Single(_log.Entries, entry => entry.Contains(" is of 2026-11, and by this host's clock it is 1969-12: ", StringComparison.Ordinal));
            _time.AdjustTime(Noon);
            Assert.Equal(6, budget.Spent);
            budget.Spend();
        }

        using var next = Budget(10);
        next.Open();
        Assert.Single(_log.Entries);
        Assert.Equal(7, next.Spent);
        _time.AdjustTime(Noon.AddMonths(1));
        Assert.Equal(0, next.Spent);
    }

    /// <summary>Damage gives nothing back: the month is taken to be spent, the log says so, and the next month is as any other.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("ProxyHerd calls 2 0 2026-11 0 00000000")]
    public void Open_FileDamaged_TakesTheMonthForSpent(string text)
    {
        _folder.Write("Alford+calls", text);
        for (var start = 0; start < 2; start++)
        {
            using var budget = Budget(7);
            budget.Open();
            Assert.Throws<CallsSpentException>(budget.Spend);
            Assert.Equal(7, budget.Spent);
            Assert.Single(_log.Entries, entry => entry.Contains($" Error The count of calls to Google in '{File}' is damaged", StringComparison.Ordinal));
            Assert.Equal(start + 1, _log.Entries.Count(entry => entry.Contains(" Warning The calls to Google of 2026-11 are spent", StringComparison.Ordinal)));
        }

        _time.SetUtcNow(Noon.AddMonths(1));
        Spend(1, callsMax: 7);
        using var next = Budget(7);
        next.Open();
        Assert.Equal(1, next.Spent);
    }

    [Fact]
    public void Open_InUseByAnother_NamesTheFileAndTheWayOut()
    {
        using var first = Budget(10);
        first.Open();
        using var second = Budget(10);

        var exception = Assert.Throws<CallLedgerException>(second.Open);

        Assert.StartsWith($"Alford: the count of its calls to Google in '{File}' cannot be kept: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Places:CallsPerMonthMax 0", exception.Message, StringComparison.Ordinal);
        Assert.Throws<CallLedgerException>(second.Spend);
    }

    [Fact]
    public void Open_FolderCannotBeMade_Throws()
    {
        var file = _folder.Write("file", "");
        using var budget = new CallBudget(1, new CallLedgerPlace("Alford", Path.Combine(file, "data", "Alford+calls")), _time, Logger());

        Assert.Throws<CallLedgerException>(budget.Open);
    }

    [Fact]
    public void Open_FolderMissing_IsMade()
    {
        using var budget = new CallBudget(1, new CallLedgerPlace("Alford", _folder.PathOf("a", "b", "Alford+calls")), _time, Logger());

        budget.Open();

        Assert.True(System.IO.File.Exists(_folder.PathOf("a", "b", "Alford+calls")));
    }

    private void Spend(int calls, int callsMax)
    {
        using var budget = Budget(callsMax);
        for (var i = 0; i < calls; i++)
            budget.Spend();
    }

    private CallBudget Budget(int callsMax) => new(callsMax, new CallLedgerPlace("Alford", File), _time, Logger());

    private ILogger<CallBudget> Logger() => LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<CallBudget>();

    /// <summary>The system's copy: the file itself is held.</summary>
    private string CopyOf(string file)
    {
        var copy = _folder.PathOf("copy");
        using var process = System.Diagnostics.Process.Start("cp", [file, copy]);
        process.WaitForExit();
        return copy;
    }
}
