using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Time.Testing;
using ProxyHerd.Server.Transport;
using Xunit;

namespace ProxyHerd.Server.Tests.Transport;

public sealed class EpollOutputTests
{
    [Fact]
    public async Task FlushAsync_PeerDoesNotRead_WaitsAndGoesOnWhenItDoes()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var (flush, written) = pair.Fill();
        Assert.False(flush.IsCompleted);

        var reading = pair.ReceiveAllAsync();
        Assert.False((await Eventually.EndAsync("the flush", flush)).IsCompleted);
        await pair.Output.CompleteAsync();

        Assert.Equal(written, (await reading).Length);
    }

    /// <summary>More blocks than one call of the system takes, of which it may take a part.</summary>
    [Fact]
    public async Task FlushAsync_ManyBlocks_ArriveInOrder()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var text = string.Concat(Enumerable.Range(0, 100_000));
        pair.Output.Write(Encoding.ASCII.GetBytes(text));
        var flush = pair.Output.FlushAsync().AsTask();

        var reading = pair.ReceiveAllAsync();
        await Eventually.EndAsync("the flush", flush);
        await pair.Output.CompleteAsync();

        Assert.Equal(text, await reading);
    }

    [Fact]
    public async Task Abort_WhileFlushWaits_EndsItWithAReset()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var (flush, _) = pair.Fill();
        pair.Connection.Abort();

        Assert.True((await Eventually.EndAsync("the flush", flush)).IsCompleted);
        await Assert.ThrowsAsync<SocketException>(pair.ReceiveAllAsync);
        pair.Output.Write("x"u8);
        Assert.True((await pair.Output.FlushAsync()).IsCompleted);
    }

    [Fact]
    public async Task FlushAsync_ResetWhileWaiting_EndsIt()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var (flush, _) = pair.Fill();
        pair.Reset();

        Assert.True((await Eventually.EndAsync("the flush", flush)).IsCompleted);
    }

    [Fact]
    public async Task CancelPendingFlush_Waiting_EndsItAndLosesNothing()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var (flush, written) = pair.Fill();
        pair.Output.CancelPendingFlush();
        Assert.True((await Eventually.EndAsync("the flush", flush)).IsCanceled);

        var reading = pair.ReceiveAllAsync();
        await pair.Connection.DisposeAsync();
        Assert.Equal(written, (await reading).Length);
    }

    [Fact]
    public async Task Complete_WrittenButNotFlushed_GoesBeforeTheEnd()
    {
        await using var pair = await TransportPair.ConnectAsync();
        pair.Output.Write("foo"u8);
        pair.Output.Complete();

        Assert.Equal("foo", await pair.ReceiveAllAsync());
    }

    [Fact]
    public async Task Abort_WrittenButNotFlushed_DoesNotGo()
    {
        await using var pair = await TransportPair.ConnectAsync();
        pair.Output.Write("foo"u8);
        pair.Connection.Abort();
        pair.Output.Complete();

        await Assert.ThrowsAsync<SocketException>(pair.ReceiveAllAsync);
    }

    [Fact]
    public async Task GetSpan_BeyondABlock_KeepsWhatWasWritten()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var sent = new byte[100_000];
        new Random(1).NextBytes(sent);
        for (var at = 0; at < sent.Length; at += 100)
        {
            sent.AsSpan(at, 100).CopyTo(pair.Output.GetSpan(100));
            pair.Output.Advance(100);
        }

        Assert.Equal(sent.Length, pair.Output.UnflushedBytes);
        pair.Output.Complete();
        Assert.Equal(System.Text.Encoding.Latin1.GetString(sent), await pair.ReceiveAllAsync());
    }

    /// <summary>Replies to requests that are read on the polling thread and flushed on any other.</summary>
    [Fact]
    public async Task FlushAsync_FromOtherThreadsWhileReading_KeepsOrder()
    {
        const int Count = 20_000;
        await using var pair = await TransportPair.ConnectAsync();
        var echo = Task.Run(async () =>
        {
            var number = 0;
            while (true)
            {
                var result = await pair.Input.ReadAsync();
                foreach (var part in result.Buffer)
                    pair.Output.Write(part.Span);
                pair.Input.AdvanceTo(result.Buffer.End);
                if (number++ % 2 == 0)
                    await Task.Yield();
                await pair.Output.FlushAsync();
                if (result.IsCompleted)
                    break;
            }

            pair.Output.Complete();
        });
        var sent = string.Concat(Enumerable.Range(0, Count).Select(number => $"{number}\n"));
        var sending = Task.Run(() =>
        {
            var bytes = System.Text.Encoding.Latin1.GetBytes(sent);
            for (int at = 0, length; at < bytes.Length; at += length)
                length = pair.Peer.Send(bytes.AsSpan(at, Math.Min(1 + (at % 97), bytes.Length - at)));
            pair.Peer.Shutdown(SocketShutdown.Send);
        });

        Assert.Equal(sent, await pair.ReceiveAllAsync());
        await Eventually.EndAsync("the sender", sending);
        await Eventually.EndAsync("the echo", echo);
    }

    /// <summary>Aborts from one thread while another flushes and the polling thread receives.</summary>
    [Fact]
    public async Task Abort_RacingWithFlushesAndReads_EndsBoth()
    {
        for (var i = 0; i < 100; i++)
        {
            await using var pair = await TransportPair.ConnectAsync();
            var reading = Task.Run(async () =>
            {
                while (true)
                {
                    var result = await pair.Input.ReadAsync();
                    pair.Input.AdvanceTo(result.Buffer.End);
                }
            });
            var writing = Task.Run(async () =>
            {
                do
                    pair.Output.Write(new byte[10_000]);
                while (!(await pair.Output.FlushAsync()).IsCompleted);
            });
            var chatter = Task.Run(() =>
            {
                SocketError error;
                do
                    pair.Peer.Send(new byte[100], SocketFlags.None, out error);
                while (error == SocketError.Success);
            });
            await Task.Yield();
            await Task.Run(() => pair.Connection.Abort());

            await Eventually.EndAsync("the writer", writing);
            await Eventually.EndAsync("the chatter", chatter);
            await Assert.ThrowsAsync<ConnectionAbortedException>(() => Eventually.EndAsync("the reader", reading));
        }
    }

    [Fact]
    public async Task CancelPendingFlush_NotWaiting_EndsTheNext()
    {
        await using var pair = await TransportPair.ConnectAsync();
        pair.Output.CancelPendingFlush();
        pair.Output.Write("foo"u8);
        Assert.True((await pair.Output.FlushAsync()).IsCanceled);

        Assert.False((await pair.Output.FlushAsync()).IsCanceled);
        pair.Output.Complete();
        Assert.Equal("foo", await pair.ReceiveAllAsync());
    }

    [Fact]
    public async Task FlushAsync_TokenCancelledWhileWaiting_ThrowsAndLosesNothing()
    {
        await using var pair = await TransportPair.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        pair.Output.Write(new byte[1 << 20]);
        var flush = pair.Output.FlushAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => Eventually.EndAsync("the flush", flush));

        var reading = pair.ReceiveAllAsync();
        pair.Output.Write("x"u8);
        Assert.False((await Eventually.EndAsync("the next flush", pair.Output.FlushAsync().AsTask())).IsCompleted);
        pair.Output.Complete();
        Assert.Equal((1 << 20) + 1, (await reading).Length);
    }

    /// <summary>A fault of the writer's: its peer must not take what came so far for all.</summary>
    [Fact]
    public async Task Complete_WithAFault_Resets()
    {
        await using var pair = await TransportPair.ConnectAsync();
        pair.Output.Write("foo"u8);
        pair.Output.Complete(new IOException("The disk is full."));

        await Assert.ThrowsAsync<SocketException>(pair.ReceiveAllAsync);
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => TransportPair.ReadAsync(pair.Input));
    }

    /// <summary>A client that half-closes and reads late has all that it was owed.</summary>
    [Fact]
    public async Task DisposeAsync_PeerReadsLate_WaitsForIt()
    {
        await using var pair = await TransportPair.ConnectAsync(time: new FakeTimeProvider());
        pair.Peer.Shutdown(SocketShutdown.Send);
        var (flush, written) = pair.Fill();
        var disposal = pair.Connection.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted);

        Assert.Equal(written, (await pair.ReceiveAllAsync()).Length);

        await Eventually.EndAsync("the disposal", disposal);
        Assert.False((await Eventually.EndAsync("the flush", flush)).IsCompleted);
    }

    [Fact]
    public async Task DisposeAsync_PeerReadsNothing_IsCutInTheEnd()
    {
        var time = new FakeTimeProvider();
        await using var pair = await TransportPair.ConnectAsync(time: time);
        pair.Peer.Shutdown(SocketShutdown.Send);
        var (flush, _) = pair.Fill();
        var disposal = pair.Connection.DisposeAsync().AsTask();
        time.Advance(EpollConnection.LingerMax - TimeSpan.FromTicks(1));
        Assert.False(disposal.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));

        await Eventually.EndAsync("the disposal", disposal);
        Assert.True((await Eventually.EndAsync("the flush", flush)).IsCompleted);
        await Assert.ThrowsAsync<SocketException>(pair.ReceiveAllAsync);
    }

    /// <summary>What Kestrel does at the end of its patience when it stops.</summary>
    [Fact]
    public async Task Abort_WhileDisposalWaits_EndsIt()
    {
        await using var pair = await TransportPair.ConnectAsync(time: new FakeTimeProvider());
        var (flush, _) = pair.Fill();
        var disposal = pair.Connection.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted);
        pair.Connection.Abort();

        await Eventually.EndAsync("the disposal", disposal);
        Assert.True((await Eventually.EndAsync("the flush", flush)).IsCompleted);
    }

    /// <summary>A close with input unread would be a reset, which overtakes the replies.</summary>
    [Fact]
    public async Task DisposeAsync_InputUnread_RepliesArriveAllTheSame()
    {
        await using var pair = await TransportPair.ConnectAsync();
        await pair.Peer.SendAsync("one"u8.ToArray());
        pair.Input.AdvanceTo((await TransportPair.ReadAsync(pair.Input)).Buffer.End);
        await pair.Peer.SendAsync(new byte[10_000]);
        pair.Peer.Shutdown(SocketShutdown.Send);
        await Eventually.BeAsync("all has come", () => pair.Connection.ConnectionClosed.IsCancellationRequested);
        pair.Output.Write("? one"u8);
        await pair.Connection.DisposeAsync();

        Assert.Equal("? one", await pair.ReceiveAllAsync());
    }
}
