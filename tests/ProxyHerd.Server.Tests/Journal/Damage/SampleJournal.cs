using System.Globalization;
using System.Text.RegularExpressions;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal;

namespace ProxyHerd.Server.Tests.Journal.Damage;

/// <summary>A journal of some hundred commits, as a crash leaves it, and what it held after each of them.</summary>
internal sealed partial class SampleJournal : IDisposable
{
    private const int Clients = 400;
    private const int LinesACommit = 8;

    /// <summary>So little that there is a checkpoint each 25 commits, and the tables hold lines, commits and what drops them.</summary>
    private const int BytesBetweenCheckpoints = 16 << 10;

    /// <summary>Tables of 8 kB, in blocks of 1 kB, where they are merged: there are many of them however far merges have come.</summary>
    private static readonly string SmallTables = BlockSize().Replace(JournalTuning.Options, "1024") + ";target_file_size_base=8192";

    /// <summary>And of 64 kB before that, so that little data makes many of them.</summary>
    private static readonly string SmallFiles = WriteBuffer().Replace(SmallTables, "65536");

    private readonly TemporaryFolder _folder = new();
    private readonly List<CommitEnd> _commits = [new(0, "", 0, [], 0)];
    private readonly SortedDictionary<string, (long Sequence, string Line)> _lines = new(StringComparer.Ordinal);
    private long _sequence;

    private SampleJournal()
    {
    }

    /// <summary>The folder, closed; its last log holds commits that are in no table.</summary>
    public string Folder => _folder.PathOf("Alford");

    /// <summary>What it held after each commit, and before the first.</summary>
    public IReadOnlyList<CommitEnd> Commits => _commits;

    /// <summary>The file that was written last of those that match.</summary>
    public string LastFile(string pattern) => Directory.GetFiles(Folder, pattern).Max(StringComparer.Ordinal)!;

    /// <summary>Writes commits: many into small tables, then many into one log.</summary>
    /// <param name="commitsInTables">About so many go into tables, and are merged there more than once.</param>
    /// <param name="commitsInLog">And so many into the log after them.</param>
    public static async Task<SampleJournal> MakeAsync(int commitsInTables, int commitsInLog)
    {
        if (!BlockSize().IsMatch(JournalTuning.Options) || SmallFiles == SmallTables)
            throw new InvalidOperationException("The options no longer say what a test makes smaller.");
        var sample = new SampleJournal();
        await sample.WriteAsync(SmallFiles, BytesBetweenCheckpoints, commitsInTables);
        if (commitsInLog > 0)
            await sample.WriteAsync(SmallTables, Checkpoints.BytesBetween, commitsInLog);
        return sample;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private async Task WriteAsync(string options, long bytesBetween, int commits)
    {
        using var journal = new RocksDbJournal(JournalPlace.Below(_folder.FullName, "Alford"), Durability.Disk)
        {
            Options = options,
            BytesBetweenCheckpoints = bytesBetween,
        };
        var store = new KeptLines();
        journal.Recover(store, store);
        journal.WriteBoots([new BootRecord((ulong)_commits.Count, _sequence)]);
        for (var i = 0; i < commits; i++)
        {
            NeighbourPosition position = new("Parker", 7, _commits.Count);
            string[] lines = [.. Enumerable.Range(0, LinesACommit).Select(_ => NextLine())];
            var commit = TestCommit.Of(_sequence - LinesACommit + 1, [.. lines.Select(TestCommit.Bytes)], [position]);
            await journal.WriteAsync(commit, isSynced: true);
            store.Publish(commit);
            var log = LastFile("*.log");
            _commits.Add(new CommitEnd(_sequence, Path.GetFileName(log), new FileInfo(log).Length, [.. _lines.Values], position.Sequence));
        }

        journal.Close();
    }

    [GeneratedRegex(@"(?<=;block_size=)\d+")]
    private static partial Regex BlockSize();

    [GeneratedRegex(@"(?<=;write_buffer_size=)\d+")]
    private static partial Regex WriteBuffer();

    /// <summary>A client's next line; one in ten is a removal.</summary>
    private string NextLine()
    {
        _sequence++;
        var client = string.Create(CultureInfo.InvariantCulture, $"car{_sequence * 7919 % Clients}");
        var line = TestCommit.Line(client, (int)_sequence);
        if (_sequence % 10 == 0 && _lines.Remove(client))
            return "-" + line;
        _lines[client] = (_sequence, line);
        return line;
    }
}
