using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ProxyHerd.Herd.Tests.Connections;

/// <summary>
/// One end of a connection in memory. Like a socket's, it has a pipe each way that a carrier of its own moves on, so that
/// a half-close is read as the end, an abort as a reset, and what stands in between can be held.
/// </summary>
internal sealed class MemoryConnection : ConnectionContext, IConnectionLifetimeNotificationFeature, IDuplexPipe
{
    private readonly Pipe _input;
    private readonly Pipe _output;
    private readonly CancellationTokenSource _closeRequested = new();
    private readonly CancellationTokenSource _closed = new();
    private MemoryConnection _other = null!;
    private TaskCompletionSource? _held;
    private volatile Exception? _fault;

    private MemoryConnection(int inputBytesMax, int outputBytesMax)
    {
        _input = new Pipe(Options(inputBytesMax));
        _output = new Pipe(Options(outputBytesMax));
        Transport = this;
        ConnectionClosedRequested = _closeRequested.Token;
        ConnectionClosed = _closed.Token;
        Features.Set<IConnectionLifetimeNotificationFeature>(this);
    }

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _input.Reader;

    public PipeWriter Output => _output.Writer;

    public CancellationToken ConnectionClosedRequested { get; set; }

    public bool IsAborted => _fault is not null;

    /// <summary>Why this end aborted; null if it did not.</summary>
    public string? AbortReason => _fault is ConnectionAbortedException ? _fault.Message : null;

    /// <param name="serverOutputBytesMax">What the listening end may have written before it has to wait.</param>
    /// <param name="dialledInputBytesMax">What the dialling end may leave unread before the carrier waits.</param>
    public static (MemoryConnection Dialled, MemoryConnection Accepted) Pair(
        int serverOutputBytesMax = 256 << 10, int dialledInputBytesMax = 256 << 10)
    {
        var dialled = new MemoryConnection(dialledInputBytesMax, 256 << 10) { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 1) };
        var accepted = new MemoryConnection(256 << 10, serverOutputBytesMax) { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 2) };
        (dialled._other, accepted._other) = (accepted, dialled);
        _ = dialled.CarryAsync(accepted);
        _ = accepted.CarryAsync(dialled);
        return (dialled, accepted);
    }

    /// <summary>Nothing written here reaches the other end any more, as if a cable were out.</summary>
    public void Hold() => Interlocked.CompareExchange(ref _held, new(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void Release() => Interlocked.Exchange(ref _held, null)?.TrySetResult();

    public void RequestClose() => _closeRequested.Cancel();

    public override void Abort() => Abort(new ConnectionAbortedException());

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _fault ??= abortReason;
        _other._fault ??= new ConnectionResetException("Connection reset by peer");
        foreach (var end in (MemoryConnection[])[this, _other])
        {
            end.Release();
            end._output.Reader.CancelPendingRead();
            end._input.Writer.CancelPendingFlush();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        await Output.CompleteAsync();
        await _closed.CancelAsync();
        await base.DisposeAsync();
    }

    private static PipeOptions Options(int bytesMax) =>
        new(pauseWriterThreshold: bytesMax, resumeWriterThreshold: Math.Max(1, bytesMax / 2), useSynchronizationContext: false);

    private async Task CarryAsync(MemoryConnection to)
    {
        var reader = _output.Reader;
        var writer = to._input.Writer;
        while (true)
        {
            var result = await reader.ReadAsync();
            while (Volatile.Read(ref _held) is { } held && _fault is null)
                await held.Task;
            if (_fault is not null)
                break;
            foreach (var piece in result.Buffer)
                writer.Write(piece.Span);
            reader.AdvanceTo(result.Buffer.End);
            var flush = await writer.FlushAsync();
            if (result.IsCompleted || flush.IsCompleted || _fault is not null)
                break;
        }

        await writer.CompleteAsync(to._fault);
        await reader.CompleteAsync();
    }
}
