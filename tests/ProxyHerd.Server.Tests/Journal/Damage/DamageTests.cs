using System.Globalization;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal;
using Xunit;
using Xunit.Abstractions;

namespace ProxyHerd.Server.Tests.Journal.Damage;

/// <summary>
/// Journals that were cut, or in which a bit was flipped. Each either starts with what some commit had left, whole, or
/// is refused with the way to start again. Some places are tried by default, 1,000 of each kind with
/// <c>PROXYHERD_LONG_TESTS=1</c>.
/// </summary>
public sealed class DamageTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>RocksDB's logs are made of blocks; what comes after a damaged one is what shows that it is no cut.</summary>
    private const int LogBlockBytes = 32 << 10;

    private static readonly int Places = Environment.GetEnvironmentVariable("PROXYHERD_LONG_TESTS") == "1" ? 1000 : 40;

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(Places);
    private int _copies;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CutLog_AnyPlace_StartsWithAllThatWasSyncedBefore()
    {
        using var sample = await MakeAsync(SampleFile.Log);
        var file = FileOf(sample, SampleFile.Log);
        var length = (int)new FileInfo(file).Length;
        for (var i = 0; i < Places; i++)
        {
            var at = _random.Next(length);
            var found = Open(sample, file, bytes => bytes[..at]);

            Assert.True(found.Refusal is null, $"cut at {at} of {length}: {found.Refusal}");
            Assert.Equal(WholeBefore(sample, at).LastSequence, found.Commit!.LastSequence);
        }
    }

    /// <summary>
    /// A power cut may leave a file as long as it was, or longer, and what was not synced zeros. Where zeros stand in place of
    /// zeros nothing is lost.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task ZerosAtTheLogsEnd_AnyPlace_StartsWithAllThatWasSyncedBefore(int furtherMax)
    {
        using var sample = await MakeAsync(SampleFile.Log);
        var file = FileOf(sample, SampleFile.Log);
        var length = (int)new FileInfo(file).Length;
        for (var i = 0; i < Places; i++)
        {
            var at = _random.Next(length);
            var further = _random.Next(furtherMax);
            var found = Open(sample, file, bytes => [.. bytes[..at], .. new byte[length - at + further]]);

            Assert.True(found.Refusal is null, $"zeros from {at} of {length}, and {further} more: {found.Refusal}");
            Assert.InRange(found.Commit!.LastSequence, WholeBefore(sample, at).LastSequence, WholeBefore(sample, at + 8).LastSequence);
        }
    }

    /// <summary>
    /// Behind zeros there is more, so they are no end: in whole blocks, in the last one, and where a record should begin, which
    /// RocksDB itself passes over with all that follows in the block.
    /// </summary>
    [Theory]
    [InlineData(4096, false)]
    [InlineData(512, false)]
    [InlineData(512, true)]
    [InlineData(7, true)]
    public async Task ZerosInTheLogsMiddle_AnyPlace_AreRefused(int count, bool isAtARecord)
    {
        using var sample = await MakeAsync(SampleFile.Log);
        var file = FileOf(sample, SampleFile.Log);
        var length = (int)new FileInfo(file).Length;
        int[] records = [.. HeadersOf(File.ReadAllBytes(file)).Where(at => at < length - count)];
        for (var i = 0; i < Places; i++)
        {
            // Half of them in the last block.
            var first = i % 2 == 0 ? 0 : length / LogBlockBytes * LogBlockBytes;
            var at = isAtARecord ? records[_random.Next(Array.FindIndex(records, record => record >= first), records.Length)] : _random.Next(first, length - count);
            var found = Open(sample, file, bytes => [.. bytes[..at], .. new byte[count], .. bytes[(at + count)..]]);

            Assert.True(found.Refusal is not null, $"{count} zeros at {at} of {length}: it started with {found.Commit?.LastSequence}");
            Assert.Contains("start again from the neighbours", found.Refusal, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>
    /// The last commit was synced, and its bytes end in zeros but for what a batch ends in: no flipped bit makes it look like one
    /// that was cut, whether the file ends there or goes on with zeros.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(100_000)]
    public async Task FlippedBit_InTheLastRecord_IsRefused(int zerosBehind)
    {
        using var sample = await MakeAsync(SampleFile.Log);
        var file = FileOf(sample, SampleFile.Log);
        var record = HeadersOf(File.ReadAllBytes(file)).Last();
        var length = (int)new FileInfo(file).Length;
        for (var i = 0; i < Places; i++)
        {
            // The header, and the end, of which most bytes were zeros, more often than the rest.
            var at = (i % 3) switch
            {
                0 => record + _random.Next(7),
                1 => length - 1 - _random.Next(12),
                _ => _random.Next(record, length),
            };
            var found = Open(sample, file, bytes => [.. FlipBit(bytes, at), .. new byte[zerosBehind]]);

            Assert.True(found.Refusal is not null, $"a bit at {at - record} of {length - record}: it started with {found.Commit?.LastSequence}");
        }
    }

    /// <summary>
    /// What was appended to the list of files and not synced when the power failed is zeros from somewhere on, or was cut. All that
    /// is listed before it is there.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(100_000)]
    public async Task ZerosAtTheManifestsEnd_AnyPlace_StartsWithAll(int zerosBehind)
    {
        using var sample = await MakeAsync(SampleFile.Manifest);
        var file = FileOf(sample, SampleFile.Manifest);
        var manifest = File.ReadAllBytes(file);
        int[] records = [.. HeadersOf(manifest), manifest.Length];
        for (var i = 0; i < Places; i++)
        {
            var which = _random.Next(records.Length - 1);
            var appended = manifest[records[which]..records[which + 1]];
            if ((manifest.Length % LogBlockBytes) + appended.Length > LogBlockBytes)
                continue;
            var written = _random.Next(appended.Length);
            var found = Open(sample, file, bytes => [.. bytes, .. appended[..written], .. new byte[(zerosBehind == 0 ? 0 : appended.Length - written) + zerosBehind]]);

            Assert.True(found.Refusal is null, $"{written} of {appended.Length}, and zeros: {found.Refusal}");
            Assert.Equal(sample.Commits[^1].LastSequence, found.Commit!.LastSequence);
        }
    }

    /// <summary>Zeros in place of what was synced are no power cut: what is listed there may be gone, and then it does not start.</summary>
    [Fact]
    public async Task ZerosInTheManifest_AnyPlace_StartsWithAllOrRefuses()
    {
        using var sample = await MakeAsync(SampleFile.Manifest);
        var file = FileOf(sample, SampleFile.Manifest);
        var length = (int)new FileInfo(file).Length;
        AssertAllOrRefused(sample, file, (bytes, at) => [.. bytes[..at], .. new byte[length - at]], () => _random.Next(length - 100));
        AssertAllOrRefused(
            sample, file, (bytes, at) => [.. bytes[..at], .. new byte[64], .. bytes[(at + 64)..]], () => _random.Next(length - 100));
    }

    /// <summary>It is synced before what it makes superfluous is removed, so no crash leaves it shorter than it was.</summary>
    [Fact]
    public async Task CutManifest_AnyPlace_StartsWithAllOrRefuses()
    {
        using var sample = await MakeAsync(SampleFile.Manifest);
        var file = FileOf(sample, SampleFile.Manifest);
        var length = (int)new FileInfo(file).Length;
        AssertAllOrRefused(sample, file, (bytes, at) => bytes[..at], () => _random.Next(length));
    }

    [Theory]
    [InlineData(SampleFile.Log)]
    [InlineData(SampleFile.Manifest)]
    [InlineData(SampleFile.Table)]
    public async Task FlippedBit_AnyPlace_IsRefusedOrChangesNothing(SampleFile kind)
    {
        using var sample = await MakeAsync(kind);
        var file = FileOf(sample, kind);
        var length = (int)new FileInfo(file).Length;
        AssertAllOrRefused(sample, file, FlipBit, () => _random.Next(length));
    }

    /// <summary>Some have lines, some commits, and some what drops commits.</summary>
    [Fact]
    public async Task FlippedBit_InAnyTable_IsRefusedOrChangesNothing()
    {
        using var sample = await MakeAsync(SampleFile.Table);
        string[] tables = Directory.GetFiles(sample.Folder, "*.sst");
        Assert.True(tables.Length > 1, "there is only one table");
        for (var i = 0; i < Places; i++)
        {
            var table = tables[i % tables.Length];
            var at = _random.Next((int)new FileInfo(table).Length);
            var found = Open(sample, table, bytes => FlipBit(bytes, at));
            if (found.Refusal is { } refusal)
                Assert.Contains("start again from the neighbours", refusal, StringComparison.OrdinalIgnoreCase);
            else
                Assert.Equal(sample.Commits[^1].LastSequence, found.Commit!.LastSequence);
        }
    }

    /// <summary>
    /// The bits of a record's header are few among all, and what they say is what a reader goes by: one that makes a record
    /// of a recycled log has RocksDB read it for ever.
    /// </summary>
    [Theory]
    [InlineData(SampleFile.Log)]
    [InlineData(SampleFile.Manifest)]
    public async Task FlippedBit_InAHeader_IsRefusedOrChangesNothing(SampleFile kind)
    {
        using var sample = await MakeAsync(kind);
        var file = FileOf(sample, kind);
        int[] headers = [.. HeadersOf(File.ReadAllBytes(file))];
        AssertAllOrRefused(sample, file, FlipBit, () => headers[_random.Next(headers.Length)] + _random.Next(4, 7));
    }

    [Theory]
    [InlineData("*.log", true)]
    [InlineData("*.sst", true)]
    [InlineData("MANIFEST-*", true)]
    [InlineData("CURRENT", true)]
    [InlineData("JOURNAL", true)]
    [InlineData("IDENTITY", false)]
    [InlineData("OPTIONS-*", false)]
    public async Task MissingFile_OfAnyKind_IsRefusedOrChangesNothing(string pattern, bool isRefused)
    {
        using var sample = await MakeAsync(SampleFile.Log);
        var found = Open(sample, sample.LastFile(pattern), _ => null);

        Assert.Equal(isRefused, found.Refusal is not null);
        if (found.Refusal is { } refusal)
            Assert.Contains("start again from the neighbours", refusal, StringComparison.OrdinalIgnoreCase);
        else
            Assert.Equal(sample.Commits[^1].LastSequence, found.Commit!.LastSequence);
    }

    private void AssertAllOrRefused(SampleJournal sample, string file, Func<byte[], int, byte[]> damage, Func<int> place)
    {
        var length = (int)new FileInfo(file).Length;
        var refused = 0;
        for (var i = 0; i < Places; i++)
        {
            var at = place();
            var found = Open(sample, file, bytes => damage(bytes, at));
            if (found.Refusal is { } refusal)
            {
                Assert.Contains("start again from the neighbours", refusal, StringComparison.OrdinalIgnoreCase);
                refused++;
                continue;
            }

            Assert.True(sample.Commits[^1].LastSequence == found.Commit!.LastSequence, $"damage at {at} of {length}: it started with {found.Commit.LastSequence}");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}, {length} bytes: {refused} of {Places} refused"));
        Assert.True(refused > Places / 2, $"only {refused} of {Places} were refused");
    }

    /// <summary>Opens a copy in which one file is another, or gone.</summary>
    /// <returns>Why it was refused, or the commit whose state it has; that it has none fails.</returns>
    private (string? Refusal, CommitEnd? Commit) Open(SampleJournal sample, string file, Func<byte[], byte[]?> damage)
    {
        var path = _folder.PathOf(string.Create(CultureInfo.InvariantCulture, $"{_copies++}"));
        var place = JournalPlace.Below(path, "Alford");
        FolderCopy.Make(sample.Folder, place.Folder);
        var damaged = Path.Combine(place.Folder, Path.GetFileName(file));
        File.Delete(damaged);
        if (damage(File.ReadAllBytes(file)) is { } bytes)
            File.WriteAllBytes(damaged, bytes);
        try
        {
            using var journal = new RocksDbJournal(place, Durability.Disk);
            var lines = new KeptLines();
            var state = journal.Recover(lines, lines);
            var commit = sample.Commits.Single(commit => commit.LastSequence == state.LastSequence);
            Assert.Equal(commit.Lines.OrderBy(line => line.Sequence), lines.Lines.Select(line => (line.Key, line.Value)));
            Assert.Equal(commit.Position, state.Positions.Select(position => position.Sequence).SingleOrDefault());
            journal.Close();
            return (null, commit);
        }
        catch (JournalException refusal)
        {
            return (refusal.Message, null);
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private byte[] FlipBit(byte[] bytes, int at)
    {
        bytes[at] ^= (byte)(1 << _random.Next(8));
        return bytes;
    }

    /// <summary>Where the records of a log begin; see <see cref="ProxyHerd.Server.Journal.RocksDb.LogRecord"/>.</summary>
    private static IEnumerable<int> HeadersOf(byte[] log)
    {
        const int HeaderBytes = 7;
        for (var at = 0; at + HeaderBytes <= log.Length; at += HeaderBytes + BitConverter.ToUInt16(log, at + 4))
        {
            if (LogBlockBytes - (at % LogBlockBytes) < HeaderBytes)
                at += LogBlockBytes - (at % LogBlockBytes);
            yield return at;
        }
    }

    /// <summary>The last commit that is whole before a place in the last log.</summary>
    private static CommitEnd WholeBefore(SampleJournal sample, int at) =>
        sample.Commits.Last(commit => commit.Log != sample.Commits[^1].Log || commit.LogLength <= at);

    private static string FileOf(SampleJournal sample, SampleFile kind) => sample.LastFile(kind switch
    {
        SampleFile.Log => "*.log",
        SampleFile.Manifest => "MANIFEST-*",
        _ => "*.sst",
    });

    /// <summary>The manifest's story is of one opening; a log that is long is of one with the tables that ship.</summary>
    private static Task<SampleJournal> MakeAsync(SampleFile kind) => kind switch
    {
        SampleFile.Log => SampleJournal.MakeAsync(commitsInTables: 300, commitsInLog: 300),
        SampleFile.Manifest => SampleJournal.MakeAsync(commitsInTables: 1500, commitsInLog: 0),
        _ => SampleJournal.MakeAsync(commitsInTables: 200, commitsInLog: 20),
    };
}
