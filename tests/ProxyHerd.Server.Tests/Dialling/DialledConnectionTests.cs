using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Server.Dialling;
using Xunit;

namespace ProxyHerd.Server.Tests.Dialling;

public sealed class DialledConnectionTests : IAsyncLifetime, IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private ConnectionContext _dialled = null!;
    private Socket _peer = null!;

    public async Task InitializeAsync()
    {
        _listener.Start();
        var accept = _listener.AcceptSocketAsync();
        _dialled = await new SocketDialler().ConnectAsync(_listener.LocalEndpoint);
        _peer = await accept;
    }

    public async Task DisposeAsync()
    {
        await _dialled.DisposeAsync();
        _peer.Dispose();
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void EndPoints_Always_AreThoseOfTheSocket()
    {
        Assert.Equal(_listener.LocalEndpoint, MappedBack(_dialled.RemoteEndPoint));
        Assert.Equal(_peer.RemoteEndPoint, MappedBack(_dialled.LocalEndPoint));
    }

    [Fact]
    public async Task Output_Completed_SendsWhatIsLeftAndHalfCloses()
    {
        _dialled.Transport.Output.Write("unflushed"u8);
        await _dialled.Transport.Output.CompleteAsync();

        Assert.Equal("unflushed", await ReceiveToEndAsync());
        await _peer.SendAsync("still heard"u8.ToArray());
        _peer.Shutdown(SocketShutdown.Send);
        Assert.Equal("still heard", await ReadToEndAsync());
    }

    [Fact]
    public async Task Input_PeerHalfCloses_OutputStillGoesOut()
    {
        _peer.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await ReadToEndAsync());

        await _dialled.Transport.Output.WriteAsync("still said"u8.ToArray());
        await _dialled.Transport.Output.CompleteAsync();

        Assert.Equal("still said", await ReceiveToEndAsync());
    }

    [Fact]
    public async Task Input_Cancelled_CanBeReadAgain()
    {
        var read = _dialled.Transport.Input.ReadAsync().AsTask();
        _dialled.Transport.Input.CancelPendingRead();
        var cancelled = await Eventually.EndAsync("a cancelled read", read);
        Assert.True(cancelled.IsCanceled);
        _dialled.Transport.Input.AdvanceTo(cancelled.Buffer.Start);

        await _peer.SendAsync("more"u8.ToArray());
        _peer.Shutdown(SocketShutdown.Send);
        Assert.Equal("more", await ReadToEndAsync());
    }

    [Fact]
    public async Task Abort_PendingRead_EndsIt()
    {
        var read = _dialled.Transport.Input.ReadAsync().AsTask();

        _dialled.Abort();

        await EndsAsync(read, result => result.IsCanceled || result.IsCompleted);
    }

    /// <summary>Sessions end on IOException; any other would end the link for good.</summary>
    [Fact]
    public async Task Abort_PendingFlush_EndsIt()
    {
        var flush = FillAsync();

        _dialled.Abort(new ConnectionAbortedException("enough"));

        await EndsAsync(flush, result => result.IsCompleted || result.IsCanceled);
    }

    [Fact]
    public async Task Abort_LaterReadsAndFlushes_EndAtOnce()
    {
        _dialled.Abort();
        _dialled.Abort();

        await EndsAsync(ReadAgainAsync(), result => result.IsCompleted);
        await EndsAsync(_dialled.Transport.Output.WriteAsync("x"u8.ToArray()).AsTask(), result => result.IsCompleted);
    }

    [Fact]
    public async Task Abort_PeerReads_HearsTheEnd()
    {
        _dialled.Abort();

        Assert.Equal("", await ReceiveToEndAsync());
    }

    [Fact]
    public async Task Dispose_UnflushedOutput_HangsUpWithoutIt()
    {
        _dialled.Transport.Output.Write("never meant to go"u8);

        await _dialled.DisposeAsync();

        Assert.Equal("", await ReceiveToEndAsync());
    }

    [Fact]
    public async Task Dispose_AfterAbortAndCompletion_DoesNothing()
    {
        await _dialled.Transport.Output.CompleteAsync();
        _dialled.Abort();
        await _dialled.DisposeAsync();
        await _dialled.DisposeAsync();
    }

    [Fact]
    public async Task Input_PeerResets_IsAnIOException()
    {
        _peer.LingerState = new LingerOption(enable: true, seconds: 0);
        _peer.Dispose();

        await Assert.ThrowsAnyAsync<IOException>(() => Eventually.EndAsync("a read", _dialled.Transport.Input.ReadAsync().AsTask()));
    }

    private static EndPoint? MappedBack(EndPoint? endpoint) =>
        endpoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } ip ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port) : endpoint;

    private static async Task EndsAsync<T>(Task<T> task, Predicate<T> isEnd)
    {
        try
        {
            Assert.True(isEnd(await Eventually.EndAsync("the end", task)));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // What a session takes for the end of its connection.
        }
    }

    /// <summary>Reads until it does not wait for more: a read that was cancelled beforehand reports that once.</summary>
    private async Task<ReadResult> ReadAgainAsync()
    {
        var result = await _dialled.Transport.Input.ReadAsync();
        if (!result.IsCanceled)
            return result;
        _dialled.Transport.Input.AdvanceTo(result.Buffer.Start);
        return await _dialled.Transport.Input.ReadAsync();
    }

    /// <summary>Writes until the peer, which does not read, makes it wait.</summary>
    private Task<FlushResult> FillAsync()
    {
        while (true)
        {
            var flush = _dialled.Transport.Output.WriteAsync(new byte[1 << 20]);
            if (!flush.IsCompleted)
                return flush.AsTask();
        }
    }

    private async Task<string> ReceiveToEndAsync()
    {
        var text = new StringBuilder();
        var block = new byte[256];
        int count;
        while ((count = await Eventually.EndAsync("the peer's input", _peer.ReceiveAsync(block, SocketFlags.None))) > 0)
            text.Append(Encoding.ASCII.GetString(block, 0, count));
        return text.ToString();
    }

    private async Task<string> ReadToEndAsync()
    {
        while (true)
        {
            var result = await Eventually.EndAsync("the input", _dialled.Transport.Input.ReadAsync().AsTask());
            if (result.IsCompleted)
                return Encoding.ASCII.GetString(result.Buffer);
            _dialled.Transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }
}
