using System.IO.Pipelines;

namespace ProxyHerd.Herd.Tests.Connections;

/// <summary>Notes how many bytes each flush takes out.</summary>
internal sealed class FlushRecorder(IDuplexPipe inner) : PipeWriter, IDuplexPipe
{
    public List<long> Flushes { get; } = [];

    public PipeReader Input => inner.Input;

    public PipeWriter Output => this;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => inner.Output.UnflushedBytes;

    public override void Advance(int bytes) => inner.Output.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.Output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.Output.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Flushes.Add(UnflushedBytes);
        return inner.Output.FlushAsync(cancellationToken);
    }

    public override void CancelPendingFlush() => inner.Output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Output.Complete(exception);
}
