using System.IO.Pipelines;
using ProxyHerd.Herd.Metrics;

namespace ProxyHerd.Herd.Flooding;

/// <summary>What is written to a neighbour, with its lines and bytes counted as it is flushed.</summary>
internal sealed class CountedOutput(PipeWriter output) : PipeWriter
{
    private Memory<byte> _block;
    private int _lines;
    private long _bytes;

    /// <summary>The neighbour's counts; null while it is not known who it is, and what is flushed is counted later.</summary>
    public NeighbourCounts? Counts { get; set; }

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => output.UnflushedBytes;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _block = output.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public override void Advance(int bytes)
    {
        _lines += _block.Span[..bytes].Count((byte)'\n');
        _bytes += bytes;
        _block = _block[bytes..];
        output.Advance(bytes);
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (Counts is not null)
        {
            Counts.Sent(_lines, _bytes);
            (_lines, _bytes) = (0, 0);
        }

        return output.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => output.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);
}
