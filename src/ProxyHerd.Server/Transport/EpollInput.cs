using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace ProxyHerd.Server.Transport;

/// <summary>What a peer sends, received when its reader asks for it and not before.</summary>
/// <remarks>
/// What nobody reads stays with the kernel, which holds up the peer, so that a connection buffers one block at the most
/// beyond what its reader leaves. The buffer is always one piece. It belongs to the reader from a result until the next
/// read, and while a read waits to the polling thread; the flags are read and written under the connection's gate.
/// </remarks>
internal sealed class EpollInput(EpollConnection connection) : PipeReader, IValueTaskSource<ReadResult>
{
    /// <summary>
    /// What a reader may leave unconsumed and still ask for more: many times the longest line or TLS record, and small beside
    /// what ten thousand clients could fill.
    /// </summary>
    public const int UnreadBytesMax = 128 << 10;

    private ManualResetValueTaskSourceCore<ReadResult> _source;
    private CancellationTokenRegistration _cancellation;
    private byte[]? _block;
    private int _start;
    private int _examined;
    private int _end;
    private int _round;
    private bool _isWithReader;
    private bool _isCompleted;

    // Guarded by the gate:
    private bool _isWaiting;
    private bool _isCanceled;
    private bool _isInNextRound;
    private bool _mayHaveMore;
    private bool _stopsShort;
    private bool _isOver;
    private Exception? _fault;
    private ReadResult _ended;
    private Exception? _endedByFault;

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        lock (connection.Gate)
        {
            if (TryTake(out var result, out var fault))
                return fault is null ? new ValueTask<ReadResult>(result) : ValueTask.FromException<ReadResult>(fault);
            Trim();
            _source.Reset();
            _isWaiting = true;
            if (_mayHaveMore && !_isInNextRound)
            {
                _isInNextRound = true;
                connection.Thread.ReadInNextRound(connection);
            }
        }

        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(static (input, token) => ((EpollInput)input!).CancelBy(token), this);
        return new ValueTask<ReadResult>(this, _source.Version);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        lock (connection.Gate)
        {
            if (!TryTake(out result, out var fault))
                return false;
            return fault is null ? true : throw fault;
        }
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!_isWithReader)
            throw new InvalidOperationException("There is no read to advance.");
        if (_start < _end)
        {
            var start = PlaceOf(consumed);
            var seen = PlaceOf(examined);
            if (start < _start || seen < start || seen > _end)
                throw new ArgumentOutOfRangeException(nameof(consumed), "The positions are not of this read.");
            _start = start;
            _examined = seen;
        }

        _isWithReader = false;
    }

    /// <inheritdoc/>
    public override void CancelPendingRead()
    {
        bool endsRead;
        lock (connection.Gate)
        {
            _isCanceled = true;
            endsRead = TakeWaiting();
        }

        if (endsRead)
            EndRead(isInline: false);
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;
        bool endsRead, isWithReader;
        lock (connection.Gate)
        {
            _isCanceled = true;
            endsRead = TakeWaiting();
            isWithReader = _isWithReader;
            _isCompleted = true;
        }

        // Whoever has a result that was not advanced may still look at it, also one whose read ends just now: the block
        // must not be another connection's meanwhile.
        if (!isWithReader)
            Release();
        if (endsRead)
            EndRead(isInline: false);
    }

    /// <summary>Receives for a waiting read. Called by the polling thread under the gate.</summary>
    /// <returns>Whether <see cref="EndRead"/> is due.</returns>
    public bool OnEvents(PollEvents events)
    {
        const PollEvents Ends = PollEvents.InputEnds | PollEvents.HungUp | PollEvents.Error;
        if (events == PollEvents.None)
            _isInNextRound = false;
        if ((events & (PollEvents.In | PollEvents.Urgent | Ends)) != 0)
            _mayHaveMore = true;
        if ((events & (PollEvents.Urgent | Ends)) != 0)
            _stopsShort = true;
        if ((events & Ends) != 0)
            connection.OnInputOver();
        if (!_isWaiting || !_mayHaveMore)
            return false;
        Receive();
        return (_examined < _end || _isOver || _fault is not null) && TakeWaiting();
    }

    /// <summary>Ends whatever waits or will wait with a fault; the descriptor is closed. Under the gate.</summary>
    /// <returns>Whether <see cref="EndRead"/> is due.</returns>
    public bool Abort(Exception fault)
    {
        _fault = fault;
        return TakeWaiting();
    }

    /// <summary>
    /// The peer reset the connection, as a send was told: a receive would not be told again, and take it for the end. What
    /// came before can still be read. Under the gate.
    /// </summary>
    public void OnResetWhileSending(Exception fault)
    {
        _fault ??= fault;
        _mayHaveMore = _stopsShort = true;
    }

    /// <summary>Resumes the reader. Whoever was told that it is due calls it, outside the gate.</summary>
    /// <param name="isInline">Whether on this thread.</param>
    public void EndRead(bool isInline)
    {
        _source.RunContinuationsAsynchronously = !isInline;
        if (_endedByFault is { } fault)
            _source.SetException(fault);
        else
            _source.SetResult(_ended);
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token)
    {
        // It waits for a cancellation that is under way, which could else meet the next read.
        _cancellation.Dispose();
        _cancellation = default;
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void CancelBy(CancellationToken token)
    {
        lock (connection.Gate)
        {
            if (!_isWaiting)
                return;
            _isWaiting = false;
            _endedByFault = new OperationCanceledException(token);
        }

        EndRead(isInline: false);
    }

    private bool TakeWaiting()
    {
        if (!_isWaiting)
            return false;
        _isWaiting = false;
        if (!TryTake(out _ended, out _endedByFault))
            throw new InvalidOperationException("A read is to end without a reason.");
        return true;
    }

    /// <summary>What a read can be told at once. Under the gate.</summary>
    private bool TryTake(out ReadResult result, out Exception? fault)
    {
        result = default;
        fault = null;
        if (_isCompleted || _isWithReader || _isWaiting)
            throw new InvalidOperationException("The input is completed, or the last read is not over.");
        if (_isCanceled)
        {
            _isCanceled = false;
            result = Give(isCanceled: true);
            return true;
        }

        if (connection.Descriptor >= 0)
        {
            if (_examined == _end && _mayHaveMore && !_isOver)
            {
                // A round receives once from each connection, so that one that never pauses does not hold up the others.
                if (_round == connection.Thread.Round && connection.Thread.IsCurrent)
                    return false;
                Receive();
            }

            if (_examined < _end || _isOver)
            {
                result = Give(isCanceled: false);
                return true;
            }
        }

        fault = _fault;
        return fault is not null;
    }

    private ReadResult Give(bool isCanceled)
    {
        _isWithReader = true;
        var buffer = _start == _end ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_block!, _start, _end - _start);
        return new ReadResult(buffer, isCanceled, _isOver);
    }

    /// <summary>
    /// Receives a block at the most, until nothing is left. A receive that does not fill its room has taken all there was,
    /// and epoll tells of what comes after; but it also stops short of urgent data, and of the end.
    /// </summary>
    private void Receive()
    {
        _round = connection.Thread.Round;
        if (_end - _start >= UnreadBytesMax)
        {
            // A fault of the reader's: it alone hears of it, whichever thread receives.
            _mayHaveMore = false;
            _fault ??= new InvalidOperationException($"The reader left {_end - _start} bytes unconsumed and asks for more.");
            return;
        }

        while (true)
        {
            var room = MakeRoom();
            var count = SystemCalls.Receive(connection.Descriptor, room);
            if (count > 0)
            {
                _end += count;
                if (count == room.Length)
                    return;
                if (_stopsShort)
                    continue;
                _mayHaveMore = false;
                return;
            }

            var error = count < 0 ? SystemErrors.Last : 0;
            if (error == SystemErrors.Interrupted)
                continue;
            _mayHaveMore = false;
            if (error == SystemErrors.WouldBlock)
            {
                _stopsShort = false;
                return;
            }

            if (error == 0)
                _isOver = _fault is null;
            else
                _fault ??= SystemErrors.ToReset(error);
            connection.OnInputOver();
            return;
        }
    }

    private Span<byte> MakeRoom()
    {
        var left = _end - _start;
        if (_block is null)
            _block = connection.Thread.Blocks.Rent(BlockPool.LargeBytes);
        else if (_block.Length < BlockPool.LargeBytes || left > _block.Length / 2)
            MoveTo(connection.Thread.Blocks.Rent(Math.Max(BlockPool.LargeBytes, left * 2)));
        else if (_start > 0)
            MoveTo(_block);
        return _block.AsSpan(_end);
    }

    /// <summary>A reader that waits keeps no more than what it left, in a small block if that will do.</summary>
    private void Trim()
    {
        if (_start == _end)
            Release();
        else if (!_mayHaveMore && _block!.Length > BlockPool.SmallBytes && _end - _start <= BlockPool.SmallBytes)
            MoveTo(connection.Thread.Blocks.Rent(BlockPool.SmallBytes));
    }

    private void MoveTo(byte[] block)
    {
        var old = _block!;
        old.AsSpan(_start, _end - _start).CopyTo(block);
        _examined -= _start;
        _end -= _start;
        _start = 0;
        _block = block;
        if (old != block)
            connection.Thread.Blocks.Return(old);
    }

    private void Release()
    {
        if (_block is { } block)
            connection.Thread.Blocks.Return(block);
        _block = null;
        _start = _examined = _end = 0;
    }

    private int PlaceOf(SequencePosition position)
    {
        if (!ReferenceEquals(position.GetObject(), _block))
            throw new ArgumentException("The position is not of this read.", nameof(position));
        return position.GetInteger() & int.MaxValue;
    }
}
