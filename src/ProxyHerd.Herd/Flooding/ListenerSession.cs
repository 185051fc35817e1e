using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Connections;
using ProxyHerd.Herd.Locations;
using ProxyHerd.Herd.Requests;
using ProxyHerd.Herd.Tracing;
using ProxyHerd.Protocol;

namespace ProxyHerd.Herd.Flooding;

/// <summary>One session of a neighbour's link, on the listening side: greets, then merges what comes and acknowledges it.</summary>
/// <remarks>Everything here runs on the reader, so nothing else writes; others end it through <see cref="EndWith"/>.</remarks>
internal sealed class ListenerSession : ILinkLines, IDisposable
{
    /// <summary>HERD lines that cannot be read, within a minute, that end a session: a broken peer, not a broken line.</summary>
    private const int MalformedMax = 10;

    private readonly HerdServer _server;
    private readonly string _peer;
    private readonly IPeerCertificate? _certificate;
    private readonly PipeReader _input;
    private readonly CountedOutput _output;
    private readonly SessionWatch _watch;
    private readonly byte[] _scratch = new byte[AtLine.BytesMax + 1];
    private Hello? _theirHello;
    private Hello? _ownHello;
    private bool _isProven;
    private Activity? _activity;
    private bool _isFollowing;
    private int _origin;
    private RequestBatch _batch;
    private long _batchBegan;
    private int _linesUncounted;
    private long _bytesUncounted;
    private readonly Queue<(long Commit, long Sequence)> _unacknowledged = [];
    private readonly TreeAnswers _treeAnswers;
    private long _marked = -1;
    private volatile Miss? _firstMiss;
    private int _malformed;
    private long _malformedSince;
    private byte[]? _bye;
    private volatile string? _end;

    /// <param name="server">This server.</param>
    /// <param name="connection">The connection, with the neighbour's HELLO next in its input.</param>
    /// <param name="peer">Its remote address, for logs.</param>
    public ListenerSession(HerdServer server, ConnectionContext connection, string peer)
    {
        _server = server;
        _peer = peer;
        _certificate = connection.Features.Get<IPeerCertificate>();
        _input = connection.Transport.Input;
        _output = new CountedOutput(connection.Transport.Output);
        _treeAnswers = new TreeAnswers(server.Store);
        _watch = new SessionWatch(server.Time, connection, pingDue: null, EndIfClockWasSet);
    }

    /// <summary>Serves the neighbour until either side ends it.</summary>
    public async Task RunAsync()
    {
        _server.Committer.Synced += WakeToAcknowledge;
        try
        {
            await LinkReader.RunAsync(_input, this, takesLastLine: false);
            if (_bye is not null)
            {
                HerdLineWriter.WriteBye(_output, _bye);
                await _output.FlushAsync();
            }
        }
        catch (Exception exception) when (exception is ConnectionResetException or OperationCanceledException)
        {
            _end ??= exception.Message;
        }
        finally
        {
            _server.Committer.Synced -= WakeToAcknowledge;
            if (_isProven)
            {
                _server.Links.Leave(_theirHello!.Speaker, this);
                var reason = _watch.Reason ?? _end ?? "the neighbour closed";
                HerdActivities.EndLinkSession(_activity, reason, wasUp: true);
                _server.LinkLog.FromEnded(_theirHello.Speaker, reason);
            }
        }
    }

    /// <summary>Has the session say BYE and read nothing more. Any thread may call it.</summary>
    public void EndWith(ReadOnlySpan<byte> reason)
    {
        _bye ??= reason.ToArray();
        _end ??= LogText.Of(reason);
        _input.CancelPendingRead();
    }

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    void ILinkLines.BeginRead()
    {
        _watch.Heard();
        _batch = new RequestBatch(_server.Store.NowNanoseconds);
        _batchBegan = _server.Metrics.Durations.Begin();
        _marked = -1;
    }

    bool ILinkLines.Handle(ReadOnlySpan<byte> line)
    {
        if (_end is not null)
            return false;
        var verb = Verbs.Of(line);
        _batch.Counts.Lines[(int)verb]++;
        _linesUncounted++;
        _bytesUncounted += line.Length + 1;
        if (verb == Verb.At && _isFollowing)
            return Merge(line);
        if (verb == Verb.Blank)
            return true;
        if (!HerdLine.TryParse(line, out var herd))
            return Malformed();
        return herd.Kind switch
        {
            HerdKind.Hello when _theirHello is null => Greet(herd),
            HerdKind.Prove when _theirHello is not null && !_isProven => Admit(herd),
            HerdKind.From when _isProven && !_isFollowing => Follow(herd),
            HerdKind.Mark when _isFollowing && herd.Boot == _theirHello!.Boot => Mark(herd.Sequence),
            HerdKind.Ping when _isProven => Pong(herd),
            HerdKind.Digest when _isFollowing => _treeAnswers.TryAsk(herd) || Malformed(),
            HerdKind.Bye => End($"it said BYE {LogText.Of(herd.Reason)}"),
            _ => Malformed(),
        };
    }

    void ILinkLines.HandleTooLong() => EndWith(ByeReasons.Malformed);

    async ValueTask<bool> ILinkLines.EndReadAsync(bool isCanceled)
    {
        var verbs = _batch.Counts.VerbsSeen;
        if (_output.Counts is { } counts)
        {
            counts.Received(_linesUncounted, _bytesUncounted);
            (_linesUncounted, _bytesUncounted) = (0, 0);
        }

        _server.Metrics.Add(ref _batch.Counts);
        if (_marked >= 0)
        {
            // The position joins the batch that is open now: all that was merged before it is in that one or earlier.
            var position = new NeighbourPosition(_theirHello!.Speaker, _theirHello.Boot, _marked);
            var commit = _server.Committer.AddPosition(position);
            _unacknowledged.Enqueue((commit, _marked));
            _batch.WaitFor(commit);
        }

        if ((_server.Mistakes & Mistakes.AckBeforeSync) != 0)
            await AcknowledgeUnsyncedAsync();
        await _server.Committer.WaitAsync(_batch.Commit);
        Acknowledge();
        _treeAnswers.Write(_output);
        if (_output.UnflushedBytes > 0)
        {
            _watch.BeginFlush();
            await _output.FlushAsync();
            _watch.EndFlush();
        }

        _server.Metrics.Durations.End(verbs, _batchBegan);

        // A read that was cancelled tells nothing by itself: it may be to acknowledge what was synced.
        return _end is null;
    }

    /// <summary>Acknowledges the last MARK whose position is as safe as this server makes any.</summary>
    private void Acknowledge()
    {
        long acknowledged = -1;
        for (var synced = _server.Committer.SyncedCommit; _unacknowledged.TryPeek(out var mark) && mark.Commit <= synced;)
        {
            _unacknowledged.Dequeue();
            acknowledged = mark.Sequence;
        }

        if (acknowledged >= 0)
            HerdLineWriter.WriteAck(_output, _theirHello!.Boot, acknowledged);
    }

    private async Task AcknowledgeUnsyncedAsync()
    {
        while (_unacknowledged.TryDequeue(out var mark))
            HerdLineWriter.WriteAck(_output, _theirHello!.Boot, mark.Sequence);
        if (_output.UnflushedBytes > 0)
            await _output.FlushAsync();
    }

    /// <summary>What waited for a sync can be acknowledged now. Only the reader writes, so it is woken.</summary>
    private void WakeToAcknowledge() => _input.CancelPendingRead();

    private bool End(string reason)
    {
        _end ??= reason;
        return false;
    }

    private bool Refuse(ReadOnlySpan<byte> bye, string reason)
    {
        _server.LinkLog.Refused(_peer, LogText.Of(_theirHello!.SpeakerBytes), LogText.Of(_theirHello.HearerBytes), reason);
        EndWith(bye);
        return false;
    }

    private bool Greet(HerdLine herd)
    {
        _theirHello = Hello.Of(herd);
        if (_theirHello.Hearer != _server.Identity.Name || !_server.Links.IsHerdNeighbour(_theirHello.Speaker))
            return Refuse(ByeReasons.NotNeighbours, $"the neighbours of {_server.Identity.Name} are {_server.Links.NeighbourNames}");
        if (_certificate is { Names: var names } && !names.Contains(_theirHello.Speaker, StringComparer.Ordinal))
            return Refuse(ByeReasons.WrongCertificate, $"its certificate is for {LogText.Of(names)}");
        _ownHello = Hello.Of(_server, _theirHello.Speaker);
        _ownHello.Write(_output, Hello.ListenerProof(_server.Secret.Span, _theirHello, _ownHello));
        return true;
    }

    private bool Admit(HerdLine herd)
    {
        if (!Hello.IsEqual(herd.Proof, Hello.DiallerProof(_server.Secret.Span, _theirHello!, _ownHello!)))
            return Refuse(ByeReasons.WrongProof, "its proof does not fit our secret");
        _isProven = true;
        _output.Counts = _server.Metrics.Links[_theirHello!.Speaker];
        _activity = _server.Activities?.StartLinkSession(_theirHello.Speaker, isDialled: false);
        _origin = _server.Origins.TagOf(_theirHello.Speaker, _theirHello.Boot);
        _server.Links.Enter(_theirHello.Speaker, this);
        var position = _server.Committer.PositionOf(_theirHello.Speaker);
        HerdLineWriter.WriteHave(_output, position?.Boot, position?.Sequence ?? 0);
        _server.LinkLog.From(_theirHello.Speaker, _peer, position?.Boot == _theirHello.Boot ? position.Value.Sequence : 0);
        return true;
    }

    private bool Follow(HerdLine from)
    {
        if (from.Boot != _theirHello!.Boot)
            return Malformed();
        _isFollowing = true;
        _watch.Greeted();
        return true;
    }

    private bool Merge(ReadOnlySpan<byte> line)
    {
        if (NeighbourUpdates.TryAccept(_server.Store, line, _origin, _scratch, ref _batch))
            return true;
        if (_batch.IsFull)
        {
            // What came before is kept, but no MARK of this read: it would speak for the line that was not taken.
            _marked = -1;
            EndWith(ByeReasons.Full);
            return false;
        }

        if (_firstMiss is null)
            _server.LinkLog.NotTaken(_theirHello!.Speaker, LogText.Of(line));
        _firstMiss ??= new Miss(_batch.Now, _server.Time.GetTimestamp());
        return true;
    }

    /// <summary>
    /// What a clock that was wrong refused is wanted at once when it has been put right, rather than at the next round of
    /// repair, which may be an hour away by then. That the gate moves on with time is no reason: it would end a session a minute.
    /// </summary>
    private void EndIfClockWasSet()
    {
        if (_firstMiss is not { } miss)
            return;
        var jump = _server.Store.NowNanoseconds - miss.Clock - (_server.Time.GetElapsedTime(miss.Timestamp).Ticks * TimeSpan.NanosecondsPerTick);
        if (jump > LocationLimits.NeighbourAllowance.Ticks * TimeSpan.NanosecondsPerTick)
            EndWith(ByeReasons.ClockSet);
    }

    /// <summary>Notes how far the neighbour's feed has come, unless something of it was not taken in this session.</summary>
    private bool Mark(long sequence)
    {
        if (_firstMiss is null || (_server.Mistakes & Mistakes.MarkAckedAfterRefusal) != 0)
            _marked = Math.Max(_marked, sequence);
        return true;
    }

    private bool Pong(HerdLine ping)
    {
        HerdLineWriter.WritePong(_output, ping.PingNanoseconds, _batch.Now);
        return true;
    }

    private bool Malformed()
    {
        _batch.Counts.Malformed++;
        if (_malformed == 0 || _server.Time.GetElapsedTime(_malformedSince) > TimeSpan.FromMinutes(1))
        {
            _malformed = 0;
            _malformedSince = _server.Time.GetTimestamp();
        }

        if (++_malformed < MalformedMax && _isProven)
            return true;
        EndWith(ByeReasons.Malformed);
        return false;
    }

    /// <summary>When something of the neighbour's was not taken.</summary>
    /// <param name="Clock">By the wall clock, in nanoseconds since 1970.</param>
    /// <param name="Timestamp">By the clock that never jumps.</param>
    private sealed record Miss(long Clock, long Timestamp);
}
