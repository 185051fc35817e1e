using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Herd.Tracing;

namespace ProxyHerd.Herd.Flooding;

/// <summary>Dials one neighbour for as long as the server runs, and has a session send it the feed.</summary>
internal sealed class Link : ILink
{
    private readonly HerdServer _server;
    private readonly IConnectionFactory _dialler;
    private readonly NeighbourEndPoint _address;
    private readonly AsyncSignal _pumpSignal = new();
    private readonly AsyncSignal _redialSignal = new();
    private readonly AsyncSignal _stopSignal = new();
    private readonly CancellationTokenSource _stopping = new();
    private volatile LinkSession? _session;
    private volatile LinkState _downState = LinkState.Connecting;
    private string? _reported;
    private long _cursor;
    private long _acknowledged;

    /// <param name="server">This server.</param>
    /// <param name="dialler">Makes connections.</param>
    /// <param name="neighbour">Whom to dial.</param>
    /// <param name="options">Where it is.</param>
    public Link(HerdServer server, IConnectionFactory dialler, string neighbour, ServerOptions options)
    {
        _server = server;
        _dialler = dialler;
        Neighbour = neighbour;
        _address = new NeighbourEndPoint(neighbour, options.Host, options.DialledPort);
    }

    /// <inheritdoc/>
    public string Neighbour { get; }

    /// <inheritdoc/>
    public LinkReport Report()
    {
        var session = _session;
        var cursor = session?.Cursor ?? Volatile.Read(ref _cursor);
        var acknowledged = session?.Acknowledged ?? Volatile.Read(ref _acknowledged);
        var behind = Math.Max(0, _server.Feed.Head - cursor);
        return new LinkReport(Neighbour, session?.State ?? _downState, behind, _server.Feed.LagOf(cursor), acknowledged);
    }

    /// <inheritdoc/>
    public void Redial() => _redialSignal.Set();

    /// <inheritdoc/>
    public void Stop()
    {
        _stopping.Cancel();
        _session?.Stop();
        _redialSignal.Set();
        _stopSignal.Set();
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        var delay = LinkTimes.RedialMin;
        while (!_stopping.IsCancellationRequested)
        {
            var began = _server.Time.GetTimestamp();
            _downState = LinkState.Connecting;
            var end = await DialAsync();
            _downState = LinkState.Down;
            if (_stopping.IsCancellationRequested)
                return;
            if (_server.Time.GetElapsedTime(began) >= LinkTimes.GoodSession)
                delay = LinkTimes.RedialMin;
            await WaitAsync(end.WasReplaced ? LinkTimes.RedialMax : Jitter(delay), end.WasRefused);
            delay = delay * 2 < LinkTimes.RedialMax ? delay * 2 : LinkTimes.RedialMax;
        }
    }

    private async Task<SessionEnd> DialAsync()
    {
        ConnectionContext connection;
        try
        {
            using var limit = new CancellationTokenSource(LinkTimes.GreetingMax, _server.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
            connection = await _dialler.ConnectAsync(_address, both.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            ReportOnce($"{_address.Host} port {_address.Port}: {exception.Message}", isTrouble: exception is NotTheNeighbourException);
            return new SessionEnd(exception.Message);
        }

        await using (connection)
        using (var session = new LinkSession(_server, Neighbour, connection, _pumpSignal))
        {
            var activity = _server.Activities?.StartLinkSession(Neighbour, isDialled: true);
            _session = session;
            if (_stopping.IsCancellationRequested)
                session.Stop();
            var end = await session.RunAsync();
            _session = null;
            Volatile.Write(ref _acknowledged, session.Acknowledged);
            Volatile.Write(ref _cursor, session.Cursor ?? Volatile.Read(ref _cursor));
            HerdActivities.EndLinkSession(activity, end.Reason, session.IsUp);
            if (session.IsUp)
                _server.LinkLog.Ended(Neighbour, end.Reason);
            else
                ReportOnce(end.Reason);
            if (session.IsUp)
                _reported = null;
            if (end.WasReplaced)
                _server.LinkLog.Replaced(Neighbour);
            return end;
        }
    }

    /// <summary>
    /// Waits, unless a redial is asked for or was since the last wait. Neither shortens the wait after the neighbour's BYE:
    /// two servers of one name would take turns at once, and two full ones would dial each other without a pause, since
    /// each session that is refused makes the other side redial.
    /// </summary>
    private async Task WaitAsync(TimeSpan delay, bool wasRefused)
    {
        var end = wasRefused ? _stopSignal : _redialSignal;
        using (_server.Time.CreateTimer(signal => ((AsyncSignal)signal!).Set(), end, delay, Timeout.InfiniteTimeSpan))
            await end.WaitAsync();
    }

    /// <summary>
    /// Logs why the neighbour cannot be reached, again only if the reason is another one. What time does not mend is a warning.
    /// </summary>
    private void ReportOnce(string reason, bool isTrouble = false)
    {
        if (reason != _reported && !_stopping.IsCancellationRequested)
        {
            if (isTrouble)
                _server.LinkLog.NotTheNeighbour(Neighbour, reason);
            else
                _server.LinkLog.Unreachable(Neighbour, reason);
        }

        _reported = reason;
    }

    /// <summary>Between half and all of the wait, so that a herd that starts together does not dial in step.</summary>
    private TimeSpan Jitter(TimeSpan delay)
    {
        Span<byte> random = stackalloc byte[1];
        _server.Randomness.Fill(random);
        return delay * (0.5 + (random[0] / 510.0));
    }
}
