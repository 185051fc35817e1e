using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using ProxyHerd.Herd.Connections;

namespace ProxyHerd.Server.Transport;

/// <summary>A connection that a <see cref="PollingThread"/> serves.</summary>
/// <remarks>
/// One lock, the gate, guards the descriptor and both directions: every call on the descriptor is made under it, so it is
/// never used after it was closed, and its number never means another connection. Nothing is resumed under the gate.
/// </remarks>
internal sealed class EpollConnection : ConnectionContext, IDuplexPipe, IPolled,
    IConnectionIdFeature, IConnectionItemsFeature, IConnectionTransportFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature,
    IConnectionScheduler
{
    /// <summary>
    /// How long replies may wait for a peer that does not read them after its connection's end; as long as a client may leave
    /// too many of them unread before.
    /// </summary>
    public static readonly TimeSpan LingerMax = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Input that nobody has read is dropped before a close, for the sake of the last replies: the close would else be a
    /// reset, which overtakes them. Beyond this the peer was not waiting for them anyway.
    /// </summary>
    private const int DroppedBytesMax = 256 << 10;

    private const PollEvents Watched = PollEvents.In | PollEvents.Out | PollEvents.InputEnds | PollEvents.Urgent;

    private static long _connections;

    private readonly TimeProvider _time;
    private int _place;
    private int _descriptor;
    private bool _isInputOver;
    private CancellationTokenSource? _closed;
    private TaskCompletionSource? _sent;
    private string? _id;
    private IDictionary<object, object?>? _items;

    /// <summary>Takes over a connected socket, which does not block.</summary>
    /// <param name="descriptor">The socket.</param>
    /// <param name="thread">Who serves it.</param>
    /// <param name="time">Ends a linger.</param>
    public EpollConnection(int descriptor, PollingThread thread, TimeProvider time)
    {
        _time = time;
        _descriptor = descriptor;
        Thread = thread;
        Input = new EpollInput(this);
        Output = new EpollOutput(this);
        Transport = this;
        Features = new FeatureCollection();
        Features.Set<IConnectionIdFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
        Features.Set<IConnectionTransportFeature>(this);
        Features.Set<IConnectionLifetimeFeature>(this);
        Features.Set<IConnectionEndPointFeature>(this);
        Features.Set<IConnectionScheduler>(this);
    }

    /// <inheritdoc/>
    public override string ConnectionId
    {
        get => _id ??= $"L{Interlocked.Increment(ref _connections):x}";
        set => _id = value;
    }

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; }

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint { get; set; }

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>Cancelled once nothing more can be received: at the peer's FIN, a reset, an abort or the close.</summary>
    public override CancellationToken ConnectionClosed
    {
        get
        {
            lock (Gate)
            {
                if (_closed is null)
                {
                    // Nobody can have registered with it yet, so nothing runs under the gate.
                    _closed = new CancellationTokenSource();
                    if (_isInputOver)
                        _closed.Cancel();
                }

                return _closed.Token;
            }
        }
        set => throw new NotSupportedException("The connection says itself when it is closed.");
    }

    /// <summary>Who serves it.</summary>
    public PollingThread Thread { get; }

    /// <summary>Guards the descriptor and both directions. The polling thread's own lock may be taken under it, no other.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The socket; -1 once it is closed. Under the gate.</summary>
    public int Descriptor => _descriptor;

    /// <summary>What the peer sends.</summary>
    public EpollInput Input { get; }

    /// <summary>What the peer is sent.</summary>
    public EpollOutput Output { get; }

    PipeScheduler IConnectionScheduler.Scheduler => Thread;

    PipeReader IDuplexPipe.Input => Input;

    PipeWriter IDuplexPipe.Output => Output;

    /// <summary>Has its thread serve it from now on.</summary>
    /// <returns>0, or a system error if the kernel can watch no more descriptors; the socket is the caller's again then.</returns>
    public int Begin()
    {
        lock (Gate)
        {
            _place = Thread.Watch(_descriptor, this, Watched);
            return _place < 0 ? SystemErrors.Last : 0;
        }
    }

    /// <summary>Resumes whoever waits for what has happened. Called by the polling thread.</summary>
    public void OnEvents(PollEvents events)
    {
        bool endsFlush, endsRead;
        lock (Gate)
        {
            if (_descriptor < 0)
                return;
            endsFlush = (events & (PollEvents.Out | PollEvents.Error | PollEvents.HungUp)) != 0 && Output.OnRoom();
            endsRead = Input.OnEvents(events);
        }

        if (endsFlush)
            Output.EndFlush(isInline: true);
        if (endsRead)
            Input.EndRead(isInline: true);
    }

    /// <summary>Sends what was flushed in this round. Called by the polling thread.</summary>
    public void Send()
    {
        bool endsFlush;
        lock (Gate)
            endsFlush = Output.OnEndOfRound();
        if (endsFlush)
            Output.EndFlush(isInline: true);
    }

    /// <summary>Closes at once, with a reset: what is unsent does not go. Any thread may call it.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        bool endsFlush, endsRead;
        lock (Gate)
        {
            if (_descriptor < 0)
                return;
            SystemCalls.ResetOnClose(_descriptor);
            Close();
            endsFlush = Output.Abort();
            endsRead = Input.Abort(abortReason);
        }

        if (endsFlush)
            Output.EndFlush(isInline: false);
        if (endsRead)
            Input.EndRead(isInline: false);
    }

    /// <inheritdoc/>
    public override void Abort() => Abort(new ConnectionAbortedException("The connection was aborted by the application."));

    /// <summary>Sends what was written, as far as the peer takes it in time, and closes.</summary>
    public override async ValueTask DisposeAsync()
    {
        Output.Complete();
        Input.Complete();
        Task sent;
        lock (Gate)
        {
            if (Output.IsSent)
                sent = Task.CompletedTask;
            else
                sent = (_sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        if (!sent.IsCompleted)
        {
            await using var limit = _time.CreateTimer(
                connection => ((EpollConnection)connection!).Abort(new ConnectionAbortedException("The peer does not read.")),
                this, LingerMax, Timeout.InfiniteTimeSpan);
            await sent;
        }

        lock (Gate)
        {
            if (_descriptor >= 0)
            {
                DropInput();
                Close();
            }
        }

        await base.DisposeAsync();
    }

    /// <summary>All that was written has been sent, or never will be. Under the gate.</summary>
    public void OnSent() => _sent?.TrySetResult();

    /// <summary>Nothing more can be received. Under the gate.</summary>
    public void OnInputOver()
    {
        if (_isInputOver)
            return;
        _isInputOver = true;
        if (_closed is { } closed)
            ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), closed, preferLocal: false);
    }

    private void DropInput()
    {
        int count;
        for (var dropped = 0; dropped < DroppedBytesMax; dropped += count)
        {
            count = SystemCalls.Drop(_descriptor, DroppedBytesMax);
            if (count <= 0)
                return;
        }
    }

    private void Close()
    {
        Thread.Leave(_place, _descriptor);
        SystemCalls.Close(_descriptor);
        _descriptor = -1;
        OnInputOver();
    }
}
