using ProxyHerd.Server.Transport;
using Xunit;

namespace ProxyHerd.Server.Tests.Transport;

public sealed class BlockQueueTests
{
    /// <summary>A writer's queue and what is unsent, against one list of bytes, with pieces of all sizes.</summary>
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 3_000)]
    [InlineData(3, 9_000)]
    [InlineData(4, 40_000)]
    public void Bytes_WrittenAppendedAndTaken_KeepTheirOrder(int seed, int bytesMax)
    {
        var random = new Random(seed);
        var pool = new BlockPool();
        var written = new BlockQueue(pool);
        var unsent = new BlockQueue(pool);
        var expected = new Queue<byte>();
        for (var step = 0; step < 2_000; step++)
        {
            var writes = random.Next(4);
            for (var write = 0; write < writes; write++)
                Write(ref written, random, random.Next(1, bytesMax), expected);
            unsent.Append(ref written);
            Assert.Equal((0, 0), (written.Length, written.Pieces));
            Assert.Equal(expected.Count, unsent.Length);

            var takes = random.Next(unsent.Length + 1);
            var seen = Bytes(unsent);
            Assert.Equal(unsent.Length, seen.Count);
            unsent.Take(takes);
            for (var i = 0; i < takes; i++)
                Assert.Equal(expected.Dequeue(), seen[i]);
        }

        Assert.Equal(expected, Bytes(unsent));
        unsent.Clear();
        Assert.Equal((0, 0), (unsent.Length, unsent.Pieces));
    }

    /// <summary>A peer that reads nothing, and has a hundred small flushes, holds little more than their bytes.</summary>
    [Fact]
    public void Append_SmallPieces_ShareABlock()
    {
        var pool = new BlockPool();
        var written = new BlockQueue(pool);
        var unsent = new BlockQueue(pool);
        for (var flush = 0; flush < 100; flush++)
        {
            written.Room(1).Span[0] = (byte)flush;
            written.Advance(100);
            unsent.Append(ref written);
        }

        Assert.Equal((10_000, 3), (unsent.Length, unsent.Pieces));
    }

    /// <summary>What was written goes back to the pool once, by whichever queue has it last.</summary>
    [Fact]
    public void Blocks_TakenAndCleared_GoBackOnce()
    {
        var pool = new BlockPool();
        var written = new BlockQueue(pool);
        var unsent = new BlockQueue(pool);
        for (var i = 0; i < 10; i++)
        {
            written.Room(BlockPool.LargeBytes);
            written.Advance(BlockPool.LargeBytes);
        }

        unsent.Append(ref written);
        unsent.Take(3 * BlockPool.LargeBytes);
        written.Clear();
        unsent.Clear();

        var blocks = Enumerable.Range(0, 10).Select(_ => pool.Rent(BlockPool.LargeBytes)).ToHashSet(ReferenceEqualityComparer.Instance);
        Assert.Equal(10, blocks.Count);
    }

    [Fact]
    public void Advance_BeyondTheRoom_Throws()
    {
        var queue = new BlockQueue(new BlockPool());
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Advance(1));
        var room = queue.Room(10).Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => queue.Advance(-1));
        queue.Advance(room);
        Assert.Equal(room, queue.Length);
    }

    private static void Write(ref BlockQueue queue, Random random, int bytes, Queue<byte> expected)
    {
        while (bytes > 0)
        {
            var room = queue.Room(random.Next(1, 64)).Span;
            var part = Math.Min(bytes, room.Length);
            random.NextBytes(room[..part]);
            foreach (var value in room[..part])
                expected.Enqueue(value);
            queue.Advance(part);
            bytes -= part;
        }
    }

    private static List<byte> Bytes(in BlockQueue queue)
    {
        var bytes = new List<byte>();
        for (var piece = 0; piece < queue.Pieces; piece++)
            bytes.AddRange(queue[piece]);
        return bytes;
    }
}
