using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Journal.RocksDb;
using Xunit;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Only where something is not what was written is the operator told to move his folder away.</summary>
public sealed class JournalExceptionTests
{
    private const string MoveAway = "move the folder away (mv '/data/Alford' '/data/Alford.old')";

    private static readonly JournalPlace Place = new("Alford", "/data/Alford");

    [Theory]
    [InlineData("Corruption: checksum mismatch")]
    [InlineData("Corruption: block checksum mismatch: stored = 1, computed = 2, type = 4 in /data/Alford/000009.sst offset 0 size 1024")]
    [InlineData("Corruption: SST file is ahead of WALs in CF default")]
    [InlineData("Corruption: Can't access /000009.sst: IO error: No such file or directory: while stat a file for size: /data/Alford/000009.sst: No such file or directory")]
    [InlineData("IO error: No such file or directory: While opening a file for sequentially reading: /data/Alford/MANIFEST-000005: No such file or directory")]
    public void OfAndFailed_Damage_SayHowToStartAgain(string message)
    {
        var exception = new RocksDbException(message);

        Assert.Contains($"is damaged: {message}. Start again from the neighbours", JournalException.Of(Place, exception).Message, StringComparison.Ordinal);
        Assert.Contains(MoveAway, JournalException.Of(Place, exception).Message, StringComparison.Ordinal);
        Assert.Contains($"was found damaged: {message}. ", JournalException.Failed(Place, Durability.Disk, exception).Message, StringComparison.Ordinal);
        Assert.Contains(MoveAway, JournalException.Failed(Place, Durability.Disk, exception).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IO error: While pread offset 0 len 1024: /data/Alford/000009.sst: Input/output error", "cannot be used: ")]
    [InlineData("IO error: While open a file for random read: /data/Alford/000009.sst: Too many open files", "cannot be used: ")]
    [InlineData("IO error: While lock file: /data/Alford/LOCK: No locks available", "cannot be used: ")]
    [InlineData("Corruption: Can't access /000009.sst: IO error: while stat a file for size: /data/Alford/000009.sst: Input/output error", "cannot be used: ")]
    [InlineData("Invalid argument: Could not find option: memtabel", "cannot be used: ")]
    [InlineData("Not implemented: Unknown feature", "cannot be used: ")]
    [InlineData("Result incomplete: Database is being upgraded", "cannot be used: ")]
    [InlineData("Operation aborted: Memory limit reached", "cannot be used: ")]
    [InlineData("IO error: While open a file for appending: /data/Alford/000010.log: Permission denied", "cannot be written: ")]
    [InlineData("IO error: While mkdir if missing: /data/Alford: Read-only file system", "cannot be written: ")]
    [InlineData("IO error: No space left on device: While appending to file: /data/Alford/000010.log: No space left on device", "is on a full disk: ")]
    [InlineData("IO error: While lock file: /data/Alford/LOCK: Resource temporarily unavailable", "is in use by another process")]
    public void OfAndFailed_SystemOrElse_LeaveTheFolderAlone(string message, string said)
    {
        var exception = new RocksDbException(message);

        var refusal = JournalException.Of(Place, exception).Message;
        Assert.StartsWith($"Alford: the journal in '/data/Alford' {said}", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("(mv ", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", refusal, StringComparison.Ordinal);
        var fault = JournalException.Failed(Place, Durability.Disk, exception).Message;
        Assert.Contains($"could not be written: {message}. ", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Too many open files : '/data/Alford/000009.log'")]
    [InlineData("Input/output error : '/data/Alford/MANIFEST-000005'")]
    public void Of_FileCannotBeRead_LeavesTheFolderAlone(string message)
    {
        var refusal = JournalException.Of(Place, new IOException(message)).Message;

        Assert.Contains($"cannot be used: {message}. See to that, then start again", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", refusal, StringComparison.Ordinal);
    }
}
