using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using ProxyHerd.Server.Transport;
using Xunit;

namespace ProxyHerd.Server.Tests.Transport;

public sealed class EpollInputTests
{
    [Fact]
    public async Task ReadAsync_TextSplitAtEveryIndex_IsWholeInTheEnd()
    {
        const string Text = "IAMAT kiwi +34.068930-118.445127 1400794645.392014450\nWHATSAT kiwi 10 5\n";
        await using var pair = await TransportPair.ConnectAsync();
        for (var split = 1; split < Text.Length; split++)
        {
            await pair.Peer.SendAsync(Encoding.Latin1.GetBytes(Text[..split]));
            var result = await TransportPair.ReadAsync(pair.Input);
            Assert.Equal(Text[..split], Encoding.Latin1.GetString(result.Buffer.ToArray()));
            pair.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);

            var rest = TransportPair.ReadAsync(pair.Input);
            Assert.False(rest.IsCompleted);
            await pair.Peer.SendAsync(Encoding.Latin1.GetBytes(Text[split..]));
            result = await rest;
            Assert.Equal(Text, Encoding.Latin1.GetString(result.Buffer.ToArray()));
            pair.Input.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public async Task ReadAsync_PartConsumedAndNotExamined_IsTheRestAtOnce()
    {
        await using var pair = await TransportPair.ConnectAsync();
        await pair.Peer.SendAsync("abcdef"u8.ToArray());
        var result = await TransportPair.ReadAsync(pair.Input);
        pair.Input.AdvanceTo(result.Buffer.GetPosition(2));

        Assert.True(pair.Input.TryRead(out result));
        Assert.Equal("cdef"u8.ToArray(), result.Buffer.ToArray());
        pair.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.False(pair.Input.TryRead(out _));
    }

    [Theory]
    [InlineData(1 << 10)]
    [InlineData(BlockPool.LargeBytes)]
    [InlineData(BlockPool.LargeBytes + 1)]
    [InlineData(3_000_000)]
    public async Task ReadAsync_MuchInput_IsWholeAndInOrder(int length)
    {
        var sent = new byte[length];
        new Random(length).NextBytes(sent);
        await using var pair = await TransportPair.ConnectAsync();
        var sending = Task.Run(async () =>
        {
            for (var at = 0; at < length;)
                at += await pair.Peer.SendAsync(sent.AsMemory(at));
            pair.Peer.Shutdown(SocketShutdown.Send);
        });

        var received = await pair.ReadAllAsync();

        await Eventually.EndAsync("the sender", sending);
        Assert.True(sent.AsSpan().SequenceEqual(Encoding.Latin1.GetBytes(received)));
    }

    [Fact]
    public async Task ReadAsync_NobodyReads_HoldsThePeerUp()
    {
        await using var pair = await TransportPair.ConnectAsync();
        pair.Peer.Blocking = false;
        var sent = 0L;
        var full = 0;
        await Eventually.BeAsync("the peer is held up", () =>
        {
            full = TrySend() ? 0 : full + 1;
            return full > 20;
        });
        pair.Peer.Shutdown(SocketShutdown.Send);

        Assert.Equal(sent, (await pair.ReadAllAsync()).Length);

        bool TrySend()
        {
            var count = pair.Peer.Send(new byte[1 << 16], SocketFlags.None, out var error);
            sent += error == SocketError.Success ? count : 0;
            return error == SocketError.Success;
        }
    }

    [Fact]
    public async Task ReadAsync_ReaderConsumesNothing_IsLimited()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var sending = pair.Peer.SendAsync(new byte[4 * EpollInput.UnreadBytesMax]);

        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (true)
                await ReadAndLeaveAsync(pair);
        });
        pair.Connection.Abort();
        await Assert.ThrowsAsync<SocketException>(async () => { _ = await sending; await pair.ReceiveAllAsync(); });
    }

    /// <summary>Here each piece finds the reader waiting, and it is the polling thread that receives.</summary>
    [Fact]
    public async Task ReadAsync_WaitingReaderConsumesNothing_IsLimited()
    {
        await using var pair = await TransportPair.ConnectAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            while (true)
            {
                var read = ReadAndLeaveAsync(pair);
                Assert.False(read.IsCompleted);
                await pair.Peer.SendAsync(new byte[1 << 10]);
                Assert.InRange(await read, 1, EpollInput.UnreadBytesMax + BlockPool.LargeBytes);
            }
        });
    }

    [Fact]
    public async Task Complete_ReaderHasNotAdvanced_LeavesItWhatItHas()
    {
        await using var pair = await TransportPair.ConnectAsync();
        await pair.Peer.SendAsync("mine"u8.ToArray());
        var result = await TransportPair.ReadAsync(pair.Input);
        pair.Input.Complete();

        var blocks = pair.Connection.Thread.Blocks;
        var rented = Enumerable.Range(0, 100).Select(_ => blocks.Rent(BlockPool.LargeBytes)).ToArray();
        foreach (var block in rented)
            block.AsSpan().Fill((byte)'x');
        Assert.Equal("mine"u8.ToArray(), result.Buffer.ToArray());
        foreach (var block in rented)
            blocks.Return(block);
        Assert.Throws<InvalidOperationException>(() => pair.Input.TryRead(out _));
    }

    [Fact]
    public async Task Complete_ReadWaits_EndsIt()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var read = TransportPair.ReadAsync(pair.Input);
        pair.Input.Complete();

        Assert.True((await read).IsCanceled);
    }

    [Fact]
    public async Task AdvanceTo_PositionsOfAnotherRead_Throws()
    {
        await using var pair = await TransportPair.ConnectAsync();
        Assert.Throws<InvalidOperationException>(() => pair.Input.AdvanceTo(default));
        await pair.Peer.SendAsync("foo"u8.ToArray());
        var result = await TransportPair.ReadAsync(pair.Input);
        var other = new ReadOnlySequence<byte>(new byte[3]);

        Assert.Throws<ArgumentException>(() => pair.Input.AdvanceTo(other.End));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Input.AdvanceTo(result.Buffer.End, result.Buffer.Start));
        pair.Input.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task ReadAsync_HalfClosed_EndsBehindTheDataAndRepliesGo()
    {
        await using var pair = await TransportPair.ConnectAsync();
        await pair.Peer.SendAsync("foo"u8.ToArray());
        pair.Peer.Shutdown(SocketShutdown.Send);

        Assert.Equal("foo", await pair.ReadAllAsync());
        Assert.True((await TransportPair.ReadAsync(pair.Input)).IsCompleted);
        pair.Output.Write("? foo"u8);
        Assert.False((await pair.Output.FlushAsync()).IsCompleted);
        await pair.Connection.DisposeAsync();

        Assert.Equal("? foo", await pair.ReceiveAllAsync());
    }

    [Fact]
    public async Task ReadAsync_HalfClosedWhileWaiting_Ends()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var read = TransportPair.ReadAsync(pair.Input);
        pair.Peer.Shutdown(SocketShutdown.Send);

        var result = await read;

        Assert.True(result.IsCompleted && result.Buffer.IsEmpty);
        pair.Input.AdvanceTo(result.Buffer.End);
        await Eventually.BeAsync("the token", () => pair.Connection.ConnectionClosed.IsCancellationRequested);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadAsync_Reset_ThrowsBehindTheData(bool isSentSomething)
    {
        await using var pair = await TransportPair.ConnectAsync();
        await pair.Peer.SendAsync("foo"u8.ToArray());
        var result = await TransportPair.ReadAsync(pair.Input);
        await pair.Peer.SendAsync("bar"u8.ToArray());
        pair.Reset();
        await Eventually.BeAsync("the reset", () => pair.Connection.ConnectionClosed.IsCancellationRequested);
        if (isSentSomething)
        {
            // The kernel tells of a reset once: here it tells the send.
            pair.Output.Write("x"u8);
            Assert.True((await pair.Output.FlushAsync()).IsCompleted);
        }

        pair.Input.AdvanceTo(result.Buffer.GetPosition(3));
        result = await TransportPair.ReadAsync(pair.Input);
        Assert.Equal("bar"u8.ToArray(), result.Buffer.ToArray());
        pair.Input.AdvanceTo(result.Buffer.End);
        await Assert.ThrowsAsync<ConnectionResetException>(() => TransportPair.ReadAsync(pair.Input));
    }

    [Fact]
    public async Task ReadAsync_ResetWhileWaiting_Throws()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var read = TransportPair.ReadAsync(pair.Input);
        pair.Reset();

        await Assert.ThrowsAsync<ConnectionResetException>(() => read);
    }

    /// <summary>A receive stops short at urgent data, though more is there.</summary>
    [Fact]
    public async Task ReadAsync_UrgentData_HidesNothingBehindIt()
    {
        await using var pair = await TransportPair.ConnectAsync();
        pair.Peer.Send("one "u8.ToArray());
        pair.Peer.Send("!"u8.ToArray(), SocketFlags.OutOfBand);
        pair.Peer.Send("two"u8.ToArray());
        var text = "";
        while (!text.EndsWith("two", StringComparison.Ordinal))
        {
            var result = await TransportPair.ReadAsync(pair.Input);
            text += Encoding.Latin1.GetString(result.Buffer.ToArray());
            pair.Input.AdvanceTo(result.Buffer.End);
        }

        Assert.Equal("one two", text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CancelPendingRead_WaitingOrNot_EndsOneRead(bool isWaiting)
    {
        await using var pair = await TransportPair.ConnectAsync();
        var read = isWaiting ? TransportPair.ReadAsync(pair.Input) : null;
        pair.Input.CancelPendingRead();
        var result = await (read ?? TransportPair.ReadAsync(pair.Input));
        Assert.True(result.IsCanceled);
        pair.Input.AdvanceTo(result.Buffer.End);

        await pair.Peer.SendAsync("foo"u8.ToArray());
        result = await TransportPair.ReadAsync(pair.Input);
        Assert.False(result.IsCanceled);
        Assert.Equal("foo"u8.ToArray(), result.Buffer.ToArray());
    }

    [Fact]
    public async Task ReadAsync_TokenCancelled_ThrowsAndLosesNothing()
    {
        await using var pair = await TransportPair.ConnectAsync();
        for (var i = 0; i < 200; i++)
        {
            using var cancel = new CancellationTokenSource();
            var read = pair.Input.ReadAsync(cancel.Token).AsTask();
            var sending = Task.Run(() => pair.Peer.Send("x"u8));
            await cancel.CancelAsync();
            try
            {
                var early = await Eventually.EndAsync("a read", read);
                pair.Input.AdvanceTo(early.Buffer.End);
            }
            catch (OperationCanceledException)
            {
                var late = await TransportPair.ReadAsync(pair.Input);
                Assert.Equal(1, late.Buffer.Length);
                pair.Input.AdvanceTo(late.Buffer.End);
            }

            await sending;
        }
    }

    [Fact]
    public async Task Abort_WhileReadWaits_EndsIt()
    {
        await using var pair = await TransportPair.ConnectAsync();
        var read = TransportPair.ReadAsync(pair.Input);
        pair.Connection.Abort(new ConnectionAbortedException("mine"));

        Assert.Equal("mine", (await Assert.ThrowsAsync<ConnectionAbortedException>(() => read)).Message);
        await Assert.ThrowsAsync<SocketException>(pair.ReceiveAllAsync);
    }

    /// <summary>An endless sender of a polling thread leaves the others their turns.</summary>
    [Fact]
    public async Task ReadAsync_AnotherNeverPauses_HasItsTurn()
    {
        var threads = new PollingThreads(1);
        await using var greedy = await TransportPair.ConnectAsync(threads);
        await using var modest = await TransportPair.ConnectAsync(threads);
        using var stop = new CancellationTokenSource();
        var sending = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                greedy.Peer.Send(new byte[1 << 18]);
            greedy.Peer.Shutdown(SocketShutdown.Send);
        });
        var reading = DrainAsync(greedy);
        for (var i = 0; i < 100; i++)
        {
            var read = TransportPair.ReadAsync(modest.Input);
            await modest.Peer.SendAsync("x"u8.ToArray());
            modest.Input.AdvanceTo((await read).Buffer.End);
        }

        await stop.CancelAsync();
        await Eventually.EndAsync("the sender", sending);
        await Eventually.EndAsync("the greedy reader", reading);
    }

    private static async Task<long> ReadAndLeaveAsync(TransportPair pair)
    {
        var result = await TransportPair.ReadAsync(pair.Input);
        pair.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        return result.Buffer.Length;
    }

    private static async Task DrainAsync(TransportPair pair)
    {
        while (true)
        {
            var result = await pair.Input.ReadAsync();
            pair.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }
}
