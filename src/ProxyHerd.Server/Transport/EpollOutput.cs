using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Server.Transport;

/// <summary>What a peer is sent. One thread at a time writes; the polling thread sends.</summary>
/// <remarks>
/// What is written belongs to the writer until it is flushed, and from then on to whoever holds the connection's gate. A
/// flush on the polling thread is sent at the end of its round, one on any other thread at once.
/// </remarks>
/// <param name="connection">Whose output it is.</param>
internal sealed class EpollOutput(EpollConnection connection) : PipeWriter, IValueTaskSource<FlushResult>
{
    /// <summary>A flush waits while more than this is unsent.</summary>
    public const int UnsentBytesMax = ConnectionLimits.UnreadBytesMax;

    /// <summary>What is left when it goes on: it should then not wait again at once.</summary>
    private const int UnsentBytesToGoOn = UnsentBytesMax / 2;

    /// <summary>So much is sent at once, even within a round: a call for it costs little beside its bytes.</summary>
    private const int SendAtOnceBytes = 16 << 10;

    private ManualResetValueTaskSourceCore<FlushResult> _source;
    private CancellationTokenRegistration _cancellation;
    private BlockQueue _written = new(connection.Thread.Blocks);
    private bool _isCompleted;

    // Guarded by the gate:
    private BlockQueue _unsent = new(connection.Thread.Blocks);
    private bool _isWaiting;
    private bool _isCanceled;
    private bool _isInRound;
    private bool _isBlocked;
    private bool _isGone;
    private FlushResult _ended;
    private Exception? _endedByFault;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _written.Length;

    /// <summary>Whether nothing is left to send. Under the gate.</summary>
    public bool IsSent => _unsent.Length == 0;

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_isCompleted)
            throw new InvalidOperationException("The output is completed.");
        return _written.Room(Math.Max(sizeHint, 1));
    }

    /// <inheritdoc/>
    public override void Advance(int bytes) => _written.Advance(bytes);

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        lock (connection.Gate)
        {
            TakeWritten();
            if (_unsent.Length >= SendAtOnceBytes || !connection.Thread.IsCurrent)
            {
                TrySend();
            }
            else if (!_isInRound && _unsent.Length > 0)
            {
                _isInRound = true;
                connection.Thread.SendAtEndOfRound(connection);
            }

            if (_isCanceled || _isGone || _unsent.Length <= UnsentBytesMax)
                return new ValueTask<FlushResult>(Result());
            _source.Reset();
            _isWaiting = true;
        }

        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(static (output, token) => ((EpollOutput)output!).CancelBy(token), this);
        return new ValueTask<FlushResult>(this, _source.Version);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
        lock (connection.Gate)
        {
            _isCanceled = true;
            if (!_isWaiting)
                return;
            _isWaiting = false;
            _ended = Result();
            _endedByFault = null;
        }

        EndFlush(isInline: false);
    }

    /// <summary>Sends what was written, flushed or not, and then a FIN; after a fault, what was written does not go.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;
        if (exception is not null)
            connection.Abort(new ConnectionAbortedException("The output ended with a fault.", exception));
        bool endsFlush;
        lock (connection.Gate)
        {
            TakeWritten();
            _isCompleted = true;
            endsFlush = TrySend();
        }

        if (endsFlush)
            EndFlush(isInline: false);
    }

    /// <summary>Goes on sending. Called by the polling thread under the gate.</summary>
    /// <returns>Whether <see cref="EndFlush"/> is due.</returns>
    public bool OnRoom()
    {
        if (!_isBlocked)
            return false;
        _isBlocked = false;
        return TrySend();
    }

    /// <summary>Sends what was flushed in the round. Called by the polling thread under the gate.</summary>
    /// <returns>Whether <see cref="EndFlush"/> is due.</returns>
    public bool OnEndOfRound()
    {
        _isInRound = false;
        return TrySend();
    }

    /// <summary>Drops what is unsent; the descriptor is closed. Under the gate.</summary>
    /// <returns>Whether <see cref="EndFlush"/> is due.</returns>
    public bool Abort()
    {
        _isGone = true;
        return TrySend();
    }

    /// <summary>Resumes the writer. Whoever was told that it is due calls it, outside the gate.</summary>
    /// <param name="isInline">Whether on this thread.</param>
    public void EndFlush(bool isInline)
    {
        _source.RunContinuationsAsynchronously = !isInline;
        if (_endedByFault is { } fault)
            _source.SetException(fault);
        else
            _source.SetResult(_ended);
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token)
    {
        // It waits for a cancellation that is under way, which could else meet the next flush.
        _cancellation.Dispose();
        _cancellation = default;
        return _source.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(
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

        EndFlush(isInline: false);
    }

    private FlushResult Result()
    {
        var result = new FlushResult(_isCanceled, _isGone);
        _isCanceled = false;
        return result;
    }

    private void TakeWritten()
    {
        if (_isGone)
            _written.Clear();
        else
            _unsent.Append(ref _written);
    }

    /// <summary>Sends until all is sent or the kernel takes no more. Under the gate.</summary>
    /// <returns>Whether <see cref="EndFlush"/> is due.</returns>
    private bool TrySend()
    {
        while (_unsent.Length > 0 && !_isBlocked && !_isGone)
        {
            var count = SystemCalls.Send(connection.Descriptor, _unsent);
            if (count >= 0)
                _unsent.Take(count);
            else
                OnSendFailed(SystemErrors.Last);
        }

        if (_unsent.Length == 0 || _isGone)
            OnSent();
        if (!_isWaiting || (_unsent.Length > UnsentBytesToGoOn && !_isGone))
            return false;
        _isWaiting = false;
        _ended = Result();
        _endedByFault = null;
        return true;
    }

    private void OnSendFailed(int error)
    {
        if (error == SystemErrors.Interrupted)
            return;
        if (error is SystemErrors.WouldBlock)
        {
            // The kernel tells when there is room again.
            _isBlocked = true;
            return;
        }

        // After a peer's FIN a reset is a broken pipe, and its FIN is how its input ended.
        _isGone = true;
        if (error != SystemErrors.BrokenPipe)
            connection.Input.OnResetWhileSending(SystemErrors.ToReset(error));
    }

    private void OnSent()
    {
        _unsent.Clear();
        if (!_isCompleted)
            return;
        if (!_isGone && connection.Descriptor >= 0 && SystemCalls.EndSending(connection.Descriptor) < 0)
            _isGone = true;
        connection.OnSent();
    }
}
