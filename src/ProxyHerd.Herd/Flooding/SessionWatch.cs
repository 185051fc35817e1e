using Microsoft.AspNetCore.Connections;

namespace ProxyHerd.Herd.Flooding;

/// <summary>
/// Looks after one session's limits of time once a second: a peer that does not greet, falls silent, or does not read is
/// hung up on.
/// </summary>
internal sealed class SessionWatch : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ConnectionContext _connection;
    private readonly Action? _pingDue;
    private readonly Action? _tick;
    private readonly ITimer _timer;
    private readonly bool _maySayNothing;
    private readonly long _began;
    private long _heard;
    private long _pinged;
    private long _flushing;
    private long _stopping;
    private volatile bool _hasGreeted;

    /// <param name="time">The clock.</param>
    /// <param name="connection">What is hung up.</param>
    /// <param name="pingDue">Called when a PING is due; null for a side that sends none.</param>
    /// <param name="tick">Called once a second.</param>
    /// <param name="isNeighbourPlain">It knows AT lines alone, and so neither greets nor answers.</param>
    public SessionWatch(TimeProvider time, ConnectionContext connection, Action? pingDue, Action? tick = null, bool isNeighbourPlain = false)
    {
        _tick = tick;
        _hasGreeted = _maySayNothing = isNeighbourPlain;
        _time = time;
        _connection = connection;
        _pingDue = pingDue;
        _began = _heard = _pinged = time.GetTimestamp();
        _timer = time.CreateTimer(static watch => ((SessionWatch)watch!).Look(), this, LinkTimes.Tick, LinkTimes.Tick);
    }

    /// <summary>Why it hung up; null if it did not.</summary>
    public string? Reason { get; private set; }

    /// <summary>The peer has said something.</summary>
    public void Heard() => Volatile.Write(ref _heard, _time.GetTimestamp());

    /// <summary>The greeting is over.</summary>
    public void Greeted() => _hasGreeted = true;

    /// <summary>A flush begins.</summary>
    public void BeginFlush() => Volatile.Write(ref _flushing, _time.GetTimestamp());

    /// <summary>The flush is over.</summary>
    public void EndFlush() => Volatile.Write(ref _flushing, 0);

    /// <summary>This server stops: what is still being written has little time left.</summary>
    public void Stopping() => Volatile.Write(ref _stopping, _time.GetTimestamp());

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        _tick?.Invoke();
        var flushing = Volatile.Read(ref _flushing);
        var stopping = Volatile.Read(ref _stopping);
        if (!_hasGreeted && _time.GetElapsedTime(_began) >= LinkTimes.GreetingMax)
            HangUp("it did not greet in time");
        else if (!_maySayNothing && _time.GetElapsedTime(Volatile.Read(ref _heard)) >= LinkTimes.SilenceMax)
            HangUp("it fell silent");
        else if (stopping != 0 && _time.GetElapsedTime(stopping) >= LinkTimes.StopMax)
            HangUp("it does not read, and this server stops");
        else if (flushing != 0 && _time.GetElapsedTime(flushing) >= LinkTimes.UnreadMax)
            HangUp("it does not read");
        else if (_pingDue is not null && _hasGreeted && _time.GetElapsedTime(_pinged) >= LinkTimes.Ping)
        {
            _pinged = _time.GetTimestamp();
            _pingDue();
        }
    }

    private void HangUp(string reason)
    {
        Reason ??= reason;
        _connection.Abort(new ConnectionAbortedException(reason));
    }
}
