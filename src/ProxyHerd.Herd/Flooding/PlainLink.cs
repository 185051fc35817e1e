using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Metrics;
using ProxyHerd.Herd.Topology;

namespace ProxyHerd.Herd.Flooding;

/// <summary>Dials a neighbour of the original kind, and writes AT lines to it; no HERD line ever.</summary>
/// <remarks>
/// Such a neighbour acknowledges nothing. It keeps what it has for as long as it runs, so the whole store goes to it only
/// after it could not be dialled. Some read one line a connection and close: what was sent on a connection that is closed
/// soon after is sent again, one line a connection, each ended by half-close.
/// </remarks>
internal sealed class PlainLink : ILink
{
    /// <summary>A connection that is closed within this time of its first line is taken for one that gets a line alone.</summary>
    private static readonly TimeSpan OneLineWithin = TimeSpan.FromSeconds(5);

    private readonly HerdServer _server;
    private readonly IConnectionFactory _dialler;
    private readonly DnsEndPoint _address;
    private readonly AsyncSignal _signal = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly NeighbourCounts _counts;
    private FeedFollower _follower;
    private int _linesSent;
    private ulong _epoch;
    private bool _takesOneLine;
    private volatile LinkState _state = LinkState.Connecting;
    private bool _isReported;

    /// <param name="server">This server.</param>
    /// <param name="dialler">Makes connections.</param>
    /// <param name="neighbour">Whom to dial.</param>
    /// <param name="options">Where it is.</param>
    public PlainLink(HerdServer server, IConnectionFactory dialler, string neighbour, ServerOptions options)
    {
        _server = server;
        _dialler = dialler;
        Neighbour = neighbour;
        Host = options.Host;
        _counts = server.Metrics.Links[neighbour];
        _address = new DnsEndPoint(options.Host, options.DialledPort);
        _follower = Follow(server.Feed.Head);
    }

    /// <inheritdoc/>
    public string Neighbour { get; }

    /// <summary>Where its lines come from.</summary>
    public string Host { get; }

    /// <summary>The tag of what this run of the neighbour brings; a new one after it could not be dialled.</summary>
    public int Origin => _server.Origins.TagOf(Neighbour, Volatile.Read(ref _epoch));

    /// <inheritdoc/>
    public LinkReport Report()
    {
        var follower = _follower;
        return new LinkReport(Neighbour, _state, follower.Behind, _server.Feed.LagOf(follower.Cursor), 0);
    }

    /// <inheritdoc/>
    public void Redial() => _signal.Set();

    /// <inheritdoc/>
    public void Stop()
    {
        _stopping.Cancel();
        _signal.Set();
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc/>
    public async Task RunAsync()
    {
        _server.Feed.Grown += _signal.Set;
        var delay = LinkTimes.RedialMin;
        while (!_stopping.IsCancellationRequested)
        {
            if (_takesOneLine && !HasLine())
            {
                await _signal.WaitAsync();
                continue;
            }

            var connection = await DialAsync();
            if (connection is null)
            {
                Lose();
                await PauseAsync(delay);
                delay = delay * 2 < LinkTimes.RedialMax ? delay * 2 : LinkTimes.RedialMax;
                continue;
            }

            delay = LinkTimes.RedialMin;
            bool isDone;
            await using (connection)
                isDone = await (_takesOneLine ? SendOneAsync(connection) : SendAllAsync(connection));
            if (!isDone)
                await PauseAsync(delay);
        }

        _server.Feed.Grown -= _signal.Set;
    }

    /// <summary>Whether a line is at hand for a neighbour that gets each on its own connection.</summary>
    private bool HasLine()
    {
        if (_lines.WrittenCount == _linesSent)
        {
            _lines.ResetWrittenCount();
            _linesSent = 0;
            // A look that passes over what came from the neighbour itself may give no line and yet not reach the end.
            while (_follower.Copy(_lines, bytesMax: 1) == 0 && !_follower.IsAtEnd && !_stopping.IsCancellationRequested)
                continue;
        }

        return _lines.WrittenCount > 0;
    }

    private FeedFollower Follow(long cursor) => new(_server.Store, _server.Feed, _server.Time, cursor, Origin);

    private async Task<ConnectionContext?> DialAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(LinkTimes.GreetingMax, _server.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
            var connection = await _dialler.ConnectAsync(_address, both.Token);
            if (_state != LinkState.Plain)
            {
                _server.LinkLog.PlainUp(Neighbour);
                _counts.CameUp();
            }

            _isReported = false;
            _state = LinkState.Plain;
            return connection;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            if (!_isReported && !_stopping.IsCancellationRequested)
                _server.LinkLog.Unreachable(Neighbour, $"{_address.Host} port {_address.Port}: {exception.Message}");
            _isReported = true;
            return null;
        }
    }

    /// <summary>It could not be dialled, so it may have been started anew, and gets the whole store when it is back.</summary>
    private void Lose()
    {
        _state = LinkState.Down;
        _takesOneLine = false;
        _lines.ResetWrittenCount();
        _linesSent = 0;
        Volatile.Write(ref _epoch, _epoch + 1);
        _follower = Follow(_server.CatchUp ? 0 : _server.Feed.Head);
    }

    private async Task PauseAsync(TimeSpan delay)
    {
        var signal = new AsyncSignal();
        using var stops = _stopping.Token.Register(signal.Set);
        using (_server.Time.CreateTimer(_ => signal.Set(), null, delay, Timeout.InfiniteTimeSpan))
            await signal.WaitAsync();
    }

    /// <summary>Sends the feed on one connection for as long as it lasts.</summary>
    /// <returns>Whether to go on without a pause.</returns>
    private async Task<bool> SendAllAsync(ConnectionContext connection)
    {
        var start = _follower.Cursor;
        long firstLine = 0;
        var output = new CountedOutput(connection.Transport.Output) { Counts = _counts };
        using var watch = new SessionWatch(_server.Time, connection, pingDue: null, isNeighbourPlain: true);
        using var stops = _stopping.Token.Register(watch.Stopping);
        var closed = ListenAsync(connection);
        try
        {
            while (!closed.IsCompleted)
            {
                if (_follower.Copy(output, ConnectionLimits.LinkFlushBytes) > 0)
                {
                    firstLine = firstLine == 0 ? _server.Time.GetTimestamp() : firstLine;
                    watch.BeginFlush();
                    if ((await output.FlushAsync()).IsCompleted)
                        break;
                    watch.EndFlush();
                }

                if (!_follower.IsAtEnd)
                    continue;
                if (_stopping.IsCancellationRequested)
                    break;
                if (_server.LinkPace > TimeSpan.Zero)
                    await Task.Delay(_server.LinkPace, _server.Time);
                if (_follower.IsAtEnd && !closed.IsCompleted && !_stopping.IsCancellationRequested)
                    await _signal.WaitAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The neighbour hung up; what it may not have read is sent again below.
        }

        connection.Abort();
        await closed;
        if (firstLine == 0 || _stopping.IsCancellationRequested || _server.Time.GetElapsedTime(firstLine) >= OneLineWithin)
            return false;
        _takesOneLine = true;
        _follower = Follow(start);
        _server.LinkLog.PlainOneLine(Neighbour);
        return true;
    }

    /// <summary>Sends one line, half-closes, and waits until the neighbour closes too.</summary>
    /// <returns>Whether it is sent.</returns>
    private async Task<bool> SendOneAsync(ConnectionContext connection)
    {
        var line = _lines.WrittenMemory[_linesSent..];
        line = line[..(line.Span.IndexOf((byte)'\n') + 1)];
        using var limit = _server.Time.CreateTimer(_ => connection.Abort(), null, LinkTimes.GreetingMax, Timeout.InfiniteTimeSpan);
        try
        {
            await connection.Transport.Output.WriteAsync(line);
            await connection.Transport.Output.CompleteAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return false;
        }

        _linesSent += line.Length;
        _counts.Sent(1, line.Length);
        await ListenAsync(connection);
        return true;
    }

    /// <summary>Merges AT lines that the neighbour says on our connection, until it closes; then wakes the sender.</summary>
    private async Task ListenAsync(ConnectionContext connection)
    {
        try
        {
            await LinkReader.RunAsync(connection.Transport.Input, new PlainLines(_server, _counts, Origin), takesLastLine: true);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // It hung up, which is an end like any other.
        }

        _signal.Set();
    }
}
