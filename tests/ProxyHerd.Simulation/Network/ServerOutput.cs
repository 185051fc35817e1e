using System.IO.Pipelines;

namespace ProxyHerd.Simulation.Network;

/// <summary>What a server writes: each flush sends, and waits while too much is in flight.</summary>
internal sealed class ServerOutput(ServerEnd end) : PipeWriter
{
    private byte[] _buffer = new byte[512];
    private int _used;
    private bool _isCompleted;
    private TaskCompletionSource<FlushResult>? _pending;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _used;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        var wanted = Math.Max(sizeHint, 256);
        if (_buffer.Length - _used < wanted)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _used + wanted));
        return _buffer.AsMemory(_used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _used += bytes;

    public override void CancelPendingFlush() => Release(new FlushResult(isCanceled: true, isCompleted: false));

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_isCompleted || end.IsGone)
        {
            _used = 0;
            return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: true));
        }

        Send();
        if (!end.Outgoing.IsFull)
            return ValueTask.FromResult(default(FlushResult));
        _pending = new TaskCompletionSource<FlushResult>();
        return new ValueTask<FlushResult>(_pending.Task);
    }

    public override void Complete(Exception? exception = null)
    {
        if (_isCompleted)
            return;
        _isCompleted = true;
        if (end.IsGone)
            return;
        Send();
        end.Outgoing.SendEnd();
    }

    /// <summary>There is room again.</summary>
    public void Drained() => Release(default);

    /// <summary>Nobody will read what is written.</summary>
    public void PeerGone() => Release(new FlushResult(isCanceled: false, isCompleted: true));

    private void Send()
    {
        if (_used > 0)
            end.Outgoing.Send(_buffer.AsSpan(0, _used), end.IsDoubtful);
        _used = 0;
    }

    private void Release(FlushResult result)
    {
        var pending = _pending;
        _pending = null;
        pending?.SetResult(result);
    }
}
