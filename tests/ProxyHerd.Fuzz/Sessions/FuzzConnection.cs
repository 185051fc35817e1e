using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace ProxyHerd.Fuzz.Sessions;

/// <summary>A server's end of a connection, whose peer is the fuzzer. All runs on the thread that feeds it.</summary>
internal sealed class FuzzConnection : ConnectionContext, IDuplexPipe
{
    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private static readonly IPEndPoint Peer = new(IPAddress.Parse("198.51.100.7"), 50_000);

    private readonly Pipe _input = new(Inline);
    private readonly Pipe _output = new(Inline);

    public FuzzConnection()
    {
        Transport = this;
        RemoteEndPoint = Peer;
    }

    public override string ConnectionId { get; set; } = "fuzz";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input => _input.Reader;

    public PipeWriter Output => _output.Writer;

    /// <summary>Why the server hung up; null if it did not.</summary>
    public ConnectionAbortedException? Aborted { get; private set; }

    /// <summary>Sends bytes to the server.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (Aborted is not null)
            return;
        _input.Writer.Write(bytes);
        _input.Writer.FlushAsync().AsTask().Wait();
    }

    /// <summary>Half-closes.</summary>
    public void SendEnd()
    {
        if (Aborted is null)
            _input.Writer.Complete();
    }

    /// <summary>All that the server has said.</summary>
    public ReadOnlySpan<byte> Receive(ArrayBufferWriter<byte> bytes)
    {
        bytes.ResetWrittenCount();
        if (!_output.Reader.TryRead(out var result))
            return default;
        foreach (var piece in result.Buffer)
            bytes.Write(piece.Span);
        _output.Reader.AdvanceTo(result.Buffer.End);
        return bytes.WrittenSpan;
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Aborted is not null)
            return;
        Aborted = abortReason;
        _input.Writer.Complete(abortReason);
    }

    /// <summary>As a host does once the handler has ended.</summary>
    public void Close()
    {
        _input.Reader.Complete();
        _input.Writer.Complete();
        _output.Writer.Complete();
        _output.Reader.Complete();
    }
}
