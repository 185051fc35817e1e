using System.Runtime.InteropServices;
using ProxyHerd.Server.Upkeep;
using Xunit;

namespace ProxyHerd.Server.Tests.Upkeep;

public sealed class FreedMemoryTests
{
    private const int BlockBytes = 1024;
    private const int Blocks = 300_000;

    /// <summary>A block that is still used at the end keeps the C library from giving back those before it by itself.</summary>
    [Fact]
    public void GiveBack_FreedBlocksBeforeAUsedOne_AreNoLongerResident()
    {
        using var freed = new FreedMemory(TimeProvider.System);
        if (!freed.IsSupported)
            return;
        var blocks = new nint[Blocks];
        var content = new byte[BlockBytes];
        for (var i = 0; i < Blocks; i++)
        {
            blocks[i] = Marshal.AllocHGlobal(BlockBytes);
            Marshal.Copy(content, 0, blocks[i], BlockBytes);
        }

        foreach (var block in blocks[..^1])
            Marshal.FreeHGlobal(block);
        var before = Environment.WorkingSet;
        freed.GiveBack();
        var after = Environment.WorkingSet;
        Marshal.FreeHGlobal(blocks[^1]);

        // Other tests allocate meanwhile.
        Assert.True(before - after > Blocks * BlockBytes / 2, $"{before} bytes were resident, and {after} are.");
    }
}
