using ProxyHerd.Simulation.Worlds;
using Xunit;

namespace ProxyHerd.Simulation.Journals;

public sealed class SimulatedDiskTests
{
    [Fact]
    public void Read_AfterAKill_HasWhatWasWritten()
    {
        var disk = new SimulatedDisk();
        Write(disk, 1);
        Assert.Equal(1, disk.Read().LastSequence);
    }

    [Fact]
    public void LoseTail_ManyDraws_KeepsWhatIsSyncedAndSomePrefixOfTheRest()
    {
        var kept = new HashSet<long>();
        var random = new SeededRandom(1);
        for (var draw = 0; draw < 200; draw++)
        {
            var disk = new SimulatedDisk();
            Write(disk, 1);
            disk.Sync(disk.Written);
            Write(disk, 2);
            Write(disk, 3);
            var lost = disk.LoseTail(random);
            Assert.Equal(3 - lost, disk.Read().LastSequence);
            Assert.Equal(3 - lost, disk.Read().Lines.Count);
            kept.Add(disk.Read().LastSequence);
        }

        Assert.Equal([1, 2, 3], kept.Order());
    }

    [Fact]
    public void Sync_OfAnEarlierCommit_LeavesTheLaterUnsynced()
    {
        var disk = new SimulatedDisk();
        Write(disk, 1);
        var written = disk.Written;
        Write(disk, 2);
        disk.Sync(written);
        disk.LoseUnsynced();
        Assert.Equal(1, disk.Read().LastSequence);
    }

    [Fact]
    public void Rot_OfALine_ChangesOneBitAndNotItsHash()
    {
        var disk = new SimulatedDisk();
        Write(disk, 1);
        var client = disk.Rot(new SeededRandom(1));
        var line = disk.Read().Lines[client!];
        Assert.Equal(1, Enumerable.Range(0, line.Line.Length).Sum(i => int.PopCount(line.Line[i] ^ (byte)('a' + i))));
        Assert.Equal(17UL, line.LineHash);
    }

    [Fact]
    public void Apply_ARemoval_ForgetsTheClientAndKeepsTheNumber()
    {
        var disk = new SimulatedDisk();
        Write(disk, 1);
        disk.Write(new DiskCommit([new DiskLine("client1", 2, 17, "abcd"u8.ToArray(), IsRemoval: true)], [], 2));
        Assert.Empty(disk.Read().Lines);
        Assert.Equal(2, disk.Read().LastSequence);
    }

    private static void Write(SimulatedDisk disk, long sequence) =>
        disk.Write(new DiskCommit([new DiskLine($"client{sequence}", sequence, 17, "abcd"u8.ToArray(), IsRemoval: false)], [], sequence));
}
