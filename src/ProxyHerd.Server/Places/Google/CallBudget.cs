using ProxyHerd.Server.Journal;

namespace ProxyHerd.Server.Places.Google;

/// <summary>
/// How often a server may ask Google in a month. Each call is counted on disk before it is made, so that no end of the process
/// gives calls back. What cannot be counted is not called.
/// </summary>
/// <param name="callsMax">Calls a month; 0 for no limit.</param>
/// <param name="place">Where the count is kept; null for in memory alone.</param>
/// <param name="time">Tells the month.</param>
/// <param name="logger">Told of damage.</param>
internal sealed partial class CallBudget(int callsMax, CallLedgerPlace? place, TimeProvider time, ILogger<CallBudget> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ILogger<CallBudget> _logger = logger;
    private CallLedger? _ledger;
    private CallCount _count;
    private bool _isOpen;

    /// <summary>Calls a month; 0 for no limit.</summary>
    public int CallsMax => callsMax;

    /// <summary>Calls of this month.</summary>
    public long Spent
    {
        get
        {
            lock (_lock)
                return CountOf(BillingMonth.Of(time.GetUtcNow())).Calls;
        }
    }

    /// <summary>Reads what earlier runs have spent. Whoever has not done so has it done by the first call.</summary>
    /// <exception cref="CallLedgerException">The count cannot be kept.</exception>
    public void Open()
    {
        lock (_lock)
            OpenOnce(BillingMonth.Of(time.GetUtcNow()));
    }

    /// <summary>Counts a call that is about to be made.</summary>
    /// <exception cref="CallsSpentException">There is none left.</exception>
    /// <exception cref="CallLedgerException">It cannot be counted.</exception>
    public void Spend()
    {
        lock (_lock)
        {
            var month = BillingMonth.Of(time.GetUtcNow());
            OpenOnce(month);
            var count = CountOf(month);
            if (callsMax > 0 && count.Calls >= callsMax)
                throw new CallsSpentException();
            count = count with { Calls = count.Calls + 1 };
            try
            {
                _ledger?.Write(count);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CallLedgerException(place!, exception);
            }

            _count = count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ledger?.Dispose();

    /// <summary>
    /// A later month begins at nought. An earlier one does not, and its calls count for the later: a clock that was put back, if only
    /// for a while, gives no calls back.
    /// </summary>
    private CallCount CountOf(BillingMonth month) => month.CompareTo(_count.Month) > 0 ? new(month, 0) : _count;

    private void OpenOnce(BillingMonth month)
    {
        if (_isOpen)
            return;
        _count = new CallCount(month, 0);
        if (place is not null)
        {
            try
            {
                _ledger ??= CallLedger.Open(place.File, month, FolderSync.SyncUpwards);
                _count = _ledger.Last ?? TakeForSpent(_ledger, place, month);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CallLedgerException(place, exception);
            }

            if (_count.Month.CompareTo(month) > 0)
                LogAhead(place.File, _count.Month, month);
            if (CountOf(month) is { } count && count.Calls >= callsMax)
                LogSpent(place.File, count.Month);
        }

        _isOpen = true;
    }

    /// <summary>Whatever was spent, damage must not give it back: nothing is left of the month. The next begins as any other.</summary>
    private CallCount TakeForSpent(CallLedger ledger, CallLedgerPlace place, BillingMonth month)
    {
        LogDamaged(place.File, month);
        var spent = new CallCount(month, callsMax);
        ledger.Write(spent);
        ledger.Write(spent); // Into the other record too: both are whole again.
        return spent;
    }

    [LoggerMessage(
        EventId = 7010,
        Level = LogLevel.Error,
        Message = "The count of calls to Google in '{File}' is damaged, so the calls of {Month} are taken to be spent. Stop the server and "
            + "delete the file to begin at nought, if Google's console shows that calls are left")]
    private partial void LogDamaged(string file, BillingMonth month);

    [LoggerMessage(
        EventId = 7011,
        Level = LogLevel.Warning,
        Message = "The calls to Google of {Month} are spent, says '{File}': until it ends, by Pacific time, WHATSAT gets no places. "
            + "Places:CallsPerMonthMax is how many there are")]
    private partial void LogSpent(string file, BillingMonth month);

    [LoggerMessage(
        EventId = 7012,
        Level = LogLevel.Warning,
        Message = "The count of calls to Google in '{File}' is of {Month}, and by this host's clock it is {Now}: one of the two is wrong. Until "
            + "{Month} is over no month begins at nought. If the clock is right now, stop the server and delete the file")]
    private partial void LogAhead(string file, BillingMonth month, BillingMonth now);
}
