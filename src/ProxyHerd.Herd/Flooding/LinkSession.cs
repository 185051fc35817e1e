using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Feeds;
using ProxyHerd.Herd.Metrics;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Flooding;

/// <summary>One session of a link, on the dialling side: greets, then sends the feed.</summary>
/// <remarks>
/// Greeting: HELLO goes out; the neighbour's HELLO comes with its proof; PROVE goes out; HAVE comes; FROM goes out. Up to
/// there the reader writes; from there on the pump alone does, and the reader only notes what it hears.
/// </remarks>
internal sealed class LinkSession : ILinkLines, IDisposable
{
    private const string ServerStops = "this server stops";

    private readonly HerdServer _server;
    private readonly string _neighbour;
    private readonly PipeReader _input;
    private readonly CountedOutput _output;
    private readonly NeighbourCounts _counts;
    private readonly AsyncSignal _signal;
    private readonly SessionWatch _watch;
    private readonly LinkRepair _repair;
    private readonly Hello _ownHello;
    private readonly bool _marksAlways;
    private Hello? _theirHello;
    private Task? _pump;
    private volatile FeedFollower? _follower;
    private volatile string? _end;
    private bool _wasReplaced;
    private bool _wasRefused;
    private volatile bool _isStopping;
    private volatile bool _isPingDue;
    private volatile bool _isLive;
    private long _acknowledged;
    private long _marked;
    private int _linesUnmarked;
    private int _linesRead;
    private long _bytesRead;
    private long _pinged;
    private long _pingTimestamp;

    /// <param name="server">This server.</param>
    /// <param name="neighbour">Whom it is with.</param>
    /// <param name="connection">The dialled connection.</param>
    /// <param name="signal">Wakes the pump.</param>
    public LinkSession(HerdServer server, string neighbour, ConnectionContext connection, AsyncSignal signal)
    {
        _server = server;
        _neighbour = neighbour;
        _input = connection.Transport.Input;
        _counts = server.Metrics.Links[neighbour];
        _output = new CountedOutput(connection.Transport.Output) { Counts = _counts };
        _signal = signal;
        _ownHello = Hello.Of(server, neighbour);

        // Somebody may wait for the acknowledgement of a line that this neighbour need not be sent.
        _marksAlways = server.Committer.Durability == Durability.DiskAndNeighbour;
        _repair = new LinkRepair(server, neighbour, signal.Set);
        _watch = new SessionWatch(server.Time, connection, PingDue);
    }

    /// <summary>How it stands.</summary>
    public LinkState State => _isLive ? LinkState.Live : _follower is null ? LinkState.Connecting : LinkState.CatchingUp;

    /// <summary>The last number that was sent; null before the feed has begun.</summary>
    public long? Cursor => _follower?.Cursor;

    /// <summary>The highest number that the neighbour has acknowledged.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Whether the pump has begun.</summary>
    public bool IsUp => _follower is not null;

    /// <summary>Greets and sends until either side ends it.</summary>
    public async Task<SessionEnd> RunAsync()
    {
        try
        {
            _ownHello.Write(_output, default);
            await _output.FlushAsync();
            await LinkReader.RunAsync(_input, this, takesLastLine: false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _end ??= exception.Message;
        }

        _end ??= _isStopping ? ServerStops : "the neighbour closed";
        _signal.Set();
        if (_pump is not null)
            await _pump;
        return new SessionEnd(_watch.Reason ?? _end, _wasReplaced, _wasRefused);
    }

    /// <summary>
    /// Sends what is left of the feed, says BYE, half-closes, and ends once the neighbour hangs up, which it does when it
    /// has committed all of it. A session that still greets ends at once.
    /// </summary>
    public void Stop()
    {
        _isStopping = true;
        _watch.Stopping();
        if (_follower is null)
        {
            _end ??= ServerStops;
            _input.CancelPendingRead();
        }

        _signal.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _repair.Dispose();

        // The pump may never have begun, if FROM could not be sent.
        _server.NeighbourAcks.End(this);
    }

    void ILinkLines.BeginRead()
    {
        _watch.Heard();
        _linesRead = 0;
        _bytesRead = 0;
    }

    bool ILinkLines.Handle(ReadOnlySpan<byte> line)
    {
        if (_end is not null)
            return false;
        _linesRead++;
        _bytesRead += line.Length + 1;
        if (!HerdLine.TryParse(line, out var herd))
            return Verbs.Of(line) == Verb.Blank || End($"it said {LogText.Of(line)}");
        switch (herd.Kind)
        {
            case HerdKind.Hello when _theirHello is null:
                return Prove(herd);
            case HerdKind.Have when _theirHello is not null && _follower is null:
                return Begin(herd);
            case HerdKind.Ack when _follower is not null && herd.Boot == _server.Identity.Boot && herd.Sequence <= Volatile.Read(ref _marked):
                Volatile.Write(ref _acknowledged, Math.Max(_acknowledged, herd.Sequence));
                _server.NeighbourAcks.Acknowledge(this, herd.Sequence);
                return true;
            case HerdKind.Pong when _follower is not null:
                _server.ClockAgreement.Heard(herd.PongNanoseconds, _server.Store.NowNanoseconds);
                if (herd.PingNanoseconds == Volatile.Read(ref _pinged))
                    _counts.Ponged(_pingTimestamp);
                return true;
            case HerdKind.Digest or HerdKind.Want when _repair.TryHear(herd):
                _signal.Set();
                return true;
            case HerdKind.Bye:
                _wasReplaced = herd.Reason.SequenceEqual(ByeReasons.Replaced);
                _wasRefused = !herd.Reason.SequenceEqual(ByeReasons.Stopping) && !herd.Reason.SequenceEqual(ByeReasons.ClockSet);
                return End($"it said BYE {LogText.Of(herd.Reason)}");
            default:
                return End($"it said out of turn {LogText.Of(line)}");
        }
    }

    void ILinkLines.HandleTooLong() => End("it sent a line that is too long");

    async ValueTask<bool> ILinkLines.EndReadAsync(bool isCanceled)
    {
        _counts.Received(_linesRead, _bytesRead);
        if (_pump is null && _output.UnflushedBytes > 0)
            await _output.FlushAsync();
        if (_pump is null && _follower is not null)
            _pump = PumpAsync(_follower);
        return _end is null && !isCanceled;
    }

    private bool Repairs => _server.CatchUp && (_server.Mistakes & Mistakes.NoRepair) == 0;

    private bool End(string reason)
    {
        _end ??= reason;
        return false;
    }

    private void PingDue()
    {
        _isPingDue = true;
        _signal.Set();
    }

    /// <summary>Answers the neighbour's HELLO, if its proof fits.</summary>
    private bool Prove(HerdLine herd)
    {
        var hello = Hello.Of(herd);
        if (hello.Speaker != _neighbour || hello.Hearer != _server.Identity.Name)
            return End($"it calls itself {LogText.Of(herd.Speaker)} and us {LogText.Of(herd.Hearer)}");
        var secret = _server.Secret.Span;
        if (!Hello.IsEqual(herd.Proof, Hello.ListenerProof(secret, _ownHello, hello)))
        {
            _server.LinkLog.WrongProof(_neighbour);
            HerdLineWriter.WriteBye(_output, ByeReasons.WrongProof);
            return End("its proof does not fit our secret");
        }

        _theirHello = hello;
        HerdLineWriter.WriteProve(_output, Hello.DiallerProof(secret, _ownHello, hello));
        return true;
    }

    /// <summary>Starts where the neighbour has come to, if that can be trusted, else at 0.</summary>
    private bool Begin(HerdLine have)
    {
        var head = _server.Feed.Head;
        var boot = _server.Identity.Boot;
        var had = _server.Boots.Reached(have.Boot, have.Sequence, head) ? have.Sequence : 0;
        var start = _server.CatchUp ? had : head;
        HerdLineWriter.WriteFrom(_output, boot, start);
        var skipped = _server.Origins.TagOf(_neighbour, _theirHello!.Boot);
        Volatile.Write(ref _acknowledged, had);
        _marked = start;
        _follower = new FeedFollower(_server.Store, _server.Feed, _server.Time, start, skipped, comparesFirst: Repairs) { Mistakes = _server.Mistakes };
        if (_server.CatchUp && (_theirHello.IsOnDisk || (_server.Mistakes & Mistakes.MemoryAckCounted) != 0))
            _server.NeighbourAcks.Begin(this, had);
        _watch.Greeted();
        _counts.CameUp();
        _server.LinkLog.Up(_neighbour, start, head);
        return true;
    }

    private async Task PumpAsync(FeedFollower follower)
    {
        _server.Feed.Grown += _signal.Set;
        try
        {
            await Task.Yield();
            while (_end is null && await SendAsync(follower))
            {
                if (_repair.IsSending || (!follower.IsAtEnd && !follower.AwaitsComparison))
                    continue;
                if (_isStopping && follower.AwaitsComparison)
                {
                    // There is no time for it: all of the scan is sent.
                    follower.Compared(null);
                    continue;
                }

                if (_isStopping)
                    break;
                _isLive |= follower.IsAtEnd;
                if (_server.LinkPace > TimeSpan.Zero)
                    await Task.Delay(_server.LinkPace, _server.Time);
                if ((follower.IsAtEnd || follower.AwaitsComparison) && !_isPingDue && !_isStopping)
                {
                    if (Repairs)
                        _repair.Arm();
                    await _signal.WaitAsync();
                }
            }

            if (_isStopping)
            {
                HerdLineWriter.WriteBye(_output, ByeReasons.Stopping);
                await _output.FlushAsync();
                await _output.CompleteAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _end ??= exception.Message;
        }
        finally
        {
            _server.Feed.Grown -= _signal.Set;
            _server.NeighbourAcks.End(this);
            if (!_isStopping || _end is not null)
                _input.CancelPendingRead();
        }
    }

    /// <summary>
    /// Sends the next piece of the feed. A MARK closes each stretch that had lines; one that had none is marked with the
    /// next PING, so that two quiet neighbours do not tell each other of nothing.
    /// </summary>
    private async ValueTask<bool> SendAsync(FeedFollower follower)
    {
        var isPingDue = _isPingDue;
        var lines = follower.Copy(_output, ConnectionLimits.LinkFlushBytes);
        _linesUnmarked += lines;
        if (_server.CatchUp && follower.Cursor > _marked && (_linesUnmarked > 0 || isPingDue || _marksAlways))
        {
            HerdLineWriter.WriteMark(_output, _server.Identity.Boot, follower.Cursor);
            Volatile.Write(ref _marked, follower.Cursor);
            _linesUnmarked = 0;
        }

        if (Repairs)
            _repair.Advance(_output, follower, lines);
        if (_repair.IsOverdue)
            _end ??= "it does not answer a DIGEST";
        if (isPingDue)
        {
            _isPingDue = false;
            _pingTimestamp = _server.Time.GetTimestamp();
            Volatile.Write(ref _pinged, _server.Store.NowNanoseconds);
            HerdLineWriter.WritePing(_output, _pinged);
        }

        if (_output.UnflushedBytes == 0)
            return true;
        _watch.BeginFlush();
        var flush = await _output.FlushAsync();
        _watch.EndFlush();
        return !flush.IsCompleted && !flush.IsCanceled;
    }
}
