using System.IO.Hashing;
using Microsoft.Extensions.Logging;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Commits;

/// <summary>Puts the lines that a journal held into the store, before anybody else sees it.</summary>
/// <remarks>
/// No limit is applied: what was acknowledged once stays, whatever the clock says now. A line that is not what it was when
/// it was committed is left out; neighbours have it, and repair brings it back.
/// </remarks>
internal sealed partial class Recovery(LocationStore store, ILogger logger, Mistakes mistakes) : IRecoveredLines
{
    private readonly ILogger _logger = logger;
    private long _taken;
    private long _damaged;

    private bool AreNumbersGivenAnew => (mistakes & Mistakes.NumbersGivenAnew) != 0;

    /// <inheritdoc/>
    public bool Take(long sequence, ulong lineHash, ReadOnlySpan<byte> line)
    {
        if (XxHash3.HashToUInt64(line) != lineHash || !AtLine.TryParse(line, out var at) || at.Length != line.Length)
        {
            _damaged++;
            return false;
        }

        _taken++;
        store.Restore(at, line, lineHash, AreNumbersGivenAnew ? _taken : sequence);
        return true;
    }

    /// <summary>The journal's state, with the last number that was taken over.</summary>
    public JournalState Corrected(JournalState state) => AreNumbersGivenAnew ? state with { LastSequence = _taken } : state;

    /// <summary>Logs what came of it.</summary>
    public void Report(JournalState state)
    {
        if (state.Boots.Count > 0)
            Recovered(_taken, state.LastSequence);
        if (_damaged > 0)
            Damaged(_damaged);
    }

    [LoggerMessage(150, LogLevel.Information, "The journal held {Count} locations, the last with number {Sequence}")]
    private partial void Recovered(long count, long sequence);

    [LoggerMessage(151, LogLevel.Error, "{Count} locations in the journal are not what was written and are left out; neighbours send them again. Check this disk")]
    private partial void Damaged(long count);
}
