using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ProxyHerd.Simulation.Network;

/// <summary>What a server's code sees of its end of a connection.</summary>
internal sealed class ServerTransport : ConnectionContext, IDuplexPipe, IConnectionLifetimeNotificationFeature
{
    private readonly ServerEnd _end;
    private readonly CancellationTokenSource _closeRequested = new();
    private bool _isDisposed;

    public ServerTransport(ServerEnd end, PipeReader input, PipeWriter output)
    {
        _end = end;
        Input = input;
        Output = output;
        Transport = this;
        ConnectionClosedRequested = _closeRequested.Token;
    }

    public override string ConnectionId { get; set; } = "simulated";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public CancellationToken ConnectionClosedRequested { get; set; }

    /// <summary>The process stops.</summary>
    public void RequestClose()
    {
        if (!_isDisposed)
            _closeRequested.Cancel();
    }

    public override void Abort() => Abort(new ConnectionAbortedException());

    public override void Abort(ConnectionAbortedException abortReason) => _end.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        await Input.CompleteAsync();
        await Output.CompleteAsync();
        _end.Close();
        _isDisposed = true;
        _closeRequested.Dispose();
        await base.DisposeAsync();
    }
}
