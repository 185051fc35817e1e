using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using ProxyHerd.Simulation.Servers;

namespace ProxyHerd.Simulation.Network;

/// <summary>A server's end of a connection, accepted or dialled: what its code sees is <see cref="ServerTransport"/>.</summary>
internal sealed class ServerEnd : ConnectionEnd, IAcceptedEnd, IDialledEnd
{
    private readonly ServerProcess _process;
    private readonly Pipe _input;
    private readonly Action<ServerTransport> _connected;

    /// <param name="process">The process that it is of.</param>
    /// <param name="peer">The machine at the other end.</param>
    /// <param name="windowBytes">What may lie unread before the sender has to wait.</param>
    /// <param name="connected">Called once the connection is made.</param>
    public ServerEnd(ServerProcess process, int peer, int windowBytes, Action<ServerTransport> connected)
        : base(process.Machine.Index)
    {
        _process = process;
        _connected = connected;
        _input = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: windowBytes,
            resumeWriterThreshold: windowBytes / 2));
        Output = new ServerOutput(this);
        Transport = new ServerTransport(this, _input.Reader, Output)
        {
            RemoteEndPoint = new IPEndPoint(new IPAddress([10, 0, 0, (byte)(peer + 1)]), 50_000),
        };
        Transport.Features.Set<IConnectionLifetimeNotificationFeature>(Transport);
    }

    public ServerTransport Transport { get; }

    public ServerOutput Output { get; }

    /// <summary>Whether what is sent now promises less than the mix counts on.</summary>
    public bool IsDoubtful => _process.AnswersDoubtfully();

    public void Accepted() => _connected(Transport);

    public void Connected() => _connected(Transport);

    /// <summary>The server's own code hangs up.</summary>
    public void Abort(ConnectionAbortedException reason)
    {
        if (IsGone)
            return;
        Reset();
        _input.Writer.Complete(reason);
        Output.PeerGone();
    }

    public override bool Receive(ReadOnlySpan<byte> bytes, bool isDoubtful)
    {
        _process.NoteReceived(Incoming.From, bytes);
        bytes.CopyTo(_input.Writer.GetSpan(bytes.Length));
        _input.Writer.Advance(bytes.Length);
        var flush = _input.Writer.FlushAsync();
        if (flush.IsCompleted)
            return true;
        ResumeAfter(flush);
        return false;
    }

    public override void ReceiveEnd() => _input.Writer.Complete();

    public override void ReceiveReset()
    {
        _input.Writer.Complete(new ConnectionResetException("Connection reset by peer"));
        Output.PeerGone();
        _process.Forget(this);
    }

    public override void Drained() => Output.Drained();

    private async void ResumeAfter(ValueTask<FlushResult> flush)
    {
        await flush;
        Incoming.Resume();
    }
}
