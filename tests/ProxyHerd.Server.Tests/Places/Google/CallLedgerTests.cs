using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Places.Google;
using Xunit;

namespace ProxyHerd.Server.Tests.Places.Google;

public sealed class CallLedgerTests : IDisposable
{
    private static readonly BillingMonth Month = new(2026, 11);

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.PathOf("calls");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NewFile_BeginsAtNought()
    {
        Assert.Equal(new CallCount(Month, 0), Last());
        Assert.Equal(new CallCount(Month, 0), Last());
    }

    /// <summary>
    /// Once the file has its name: what forgets that would begin at nought again. The start that made it may have ended before its
    /// folder was synced.
    /// </summary>
    [Fact]
    public void Open_EachTime_ItsFolderIsSynced()
    {
        var synced = new List<(string Folder, bool HasFile)>();
        for (var start = 0; start < 2; start++)
            CallLedger.Open(Path, Month, folder => synced.Add((folder, File.Exists(Path)))).Dispose();

        Assert.Equal([(_folder.FullName, true), (_folder.FullName, true)], synced);
    }

    [Fact]
    public void Write_AnyNumberOfTimes_TheLastCounts()
    {
        for (var calls = 1; calls <= 25; calls++)
        {
            Write(calls);
            Assert.Equal(new CallCount(Month, calls), Last());
        }
    }

    [Fact]
    public void Write_LesserCountOfANewMonth_Counts()
    {
        Write(100);
        using (var ledger = CallLedger.Open(Path, Month, FolderSync.SyncUpwards))
            ledger.Write(new CallCount(new BillingMonth(2026, 12), 1));

        Assert.Equal(new CallCount(new BillingMonth(2026, 12), 1), Last());
    }

    /// <summary>
    /// The file ends anywhere, as a write that was cut leaves it: never does it say less than was written before, and never more
    /// than one call more.
    /// </summary>
    [Fact]
    public void Open_AnyByteChangedOrCutOff_SaysNoLess()
    {
        for (var calls = 1; calls <= 6; calls++)
            Write(calls);
        var whole = File.ReadAllBytes(Path);
        Assert.Equal(1024, whole.Length);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 0x15;
            AssertNoLess(changed);
            AssertNoLess(whole[..at]);
        }

        void AssertNoLess(byte[] bytes)
        {
            File.WriteAllBytes(Path, bytes);
            if (Last() is { } last)
                Assert.InRange(last.Calls, 6, 7);
        }
    }

    /// <summary>A record half written: the other is whole, and the call that was to be counted was perhaps made.</summary>
    [Theory]
    [InlineData(512)]
    [InlineData(0)]
    public void Open_RecordHalfWritten_CountsItAsACall(int at)
    {
        for (var calls = 1; calls <= (at == 0 ? 3 : 4); calls++)
            Write(calls);
        var before = Last()!.Value.Calls;
        var bytes = File.ReadAllBytes(Path);
        Array.Fill(bytes, (byte)0, at, 256);
        File.WriteAllBytes(Path, bytes);

        Assert.Equal(new CallCount(Month, before), Last());
    }

    [Fact]
    public void Open_UnfinishedFileOfAnEarlierStart_IsReplaced()
    {
        File.WriteAllText(Path + "~", "half");

        Assert.Equal(new CallCount(Month, 0), Last());
        Assert.False(File.Exists(Path + "~"));
    }

    [Theory]
    [InlineData("2026-11-01T06:59:59Z", "2026-10")]
    [InlineData("2026-11-01T07:00:00Z", "2026-11")]
    [InlineData("2026-12-01T07:59:59Z", "2026-11")]
    [InlineData("2026-12-01T08:00:00Z", "2026-12")]
    [InlineData("2027-01-01T07:59:59Z", "2026-12")]
    [InlineData("2027-01-01T08:00:00Z", "2027-01")]
    [InlineData("2027-03-01T07:59:59Z", "2027-02")]
    [InlineData("2027-03-01T08:00:00Z", "2027-03")]
    [InlineData("2027-04-01T06:59:59Z", "2027-03")]
    [InlineData("2027-04-01T07:00:00Z", "2027-04")]
    [InlineData("2028-02-29T23:00:00Z", "2028-02")]
    public void BillingMonth_OfATime_IsPacific(string time, string month)
    {
        var of = BillingMonth.Of(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(month, of.ToString());
        Assert.True(BillingMonth.TryParse(month, out var parsed));
        Assert.Equal(of, parsed);
    }

    private void Write(long calls)
    {
        using var ledger = CallLedger.Open(Path, Month, FolderSync.SyncUpwards);
        ledger.Write(new CallCount(Month, calls));
    }

    private CallCount? Last()
    {
        using var ledger = CallLedger.Open(Path, Month, FolderSync.SyncUpwards);
        return ledger.Last;
    }
}
