using System.Text;

namespace ProxyHerd.Server.Journal;

/// <summary>
/// A journal's folder, held by this process alone. A file in it says what the folder is and whose; it is locked for as long
/// as the folder is held, so that nothing else here is touched by two.
/// </summary>
internal sealed class JournalFolder : IDisposable
{
    /// <summary>What this version writes, and the newest that it reads.</summary>
    public const int Format = 2;

    /// <summary>The first one, which has no commits and no checkpoint. It is read, and becomes this version's.</summary>
    private const int FormatWithoutCommits = 1;

    /// <summary>The file's name.</summary>
    public const string OwnerFile = "JOURNAL";

    /// <summary>RocksDB's file that names the list of its files.</summary>
    private const string CurrentFile = "CURRENT";

    /// <summary>
    /// What that file holds from when it is made until a database has been opened for the first time, which has another list.
    /// </summary>
    private const string FirstList = "MANIFEST-000001\n";

    /// <summary>What a system says of a file that another holds: EAGAIN of Linux and of macOS, ERROR_SHARING_VIOLATION.</summary>
    private static readonly int[] HeldErrors = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _owner;

    private JournalFolder(JournalPlace place, FileStream owner)
    {
        Place = place;
        _owner = owner;
    }

    /// <summary>Which folder it is.</summary>
    public JournalPlace Place { get; }

    /// <summary>Whether an earlier version wrote it, without commits and a checkpoint.</summary>
    public bool IsOfEarlierFormat { get; private set; }

    private static string Head => $"ProxyHerd journal ";

    /// <summary>Makes the folder if there is none, and takes it.</summary>
    /// <param name="place">Which.</param>
    /// <param name="sync">Brings a folder to the disk, and those above it.</param>
    /// <exception cref="JournalException">Another has it, it is another server's, or cannot be written.</exception>
    public static JournalFolder Take(JournalPlace place, Action<string> sync)
    {
        FileStream? owner = null;
        try
        {
            Directory.CreateDirectory(place.Folder);
            owner = new FileStream(Path.Combine(place.Folder, OwnerFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var folder = new JournalFolder(place, owner);
            folder.CheckOwner();
            if (folder.CheckIsNew())
                sync(place.Folder);
            return folder;
        }
        catch (Exception exception)
        {
            owner?.Dispose();
            if (exception is JournalException || exception is not (IOException or UnauthorizedAccessException))
                throw;
            throw HeldErrors.Contains(exception.HResult) ? JournalException.Locked(place, exception) : JournalException.Of(place, exception);
        }
    }

    /// <summary>Says that it has this version's format from now on. One byte changes, so a crash leaves the one or the other.</summary>
    public void BringToFormat()
    {
        _owner.Position = Encoding.UTF8.GetByteCount(Head);
        _owner.Write(Encoding.UTF8.GetBytes($"{Format}"));
        _owner.Flush(flushToDisk: true);
        IsOfEarlierFormat = false;
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();

    private void CheckOwner()
    {
        // Two short lines; more is no journal's.
        var text = new byte[1024];
        var lines = Encoding.UTF8.GetString(text, 0, _owner.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)).Split('\n');
        if (lines is not [var head, var server, ""])
        {
            WriteOwner();
            return;
        }

        if (!head.StartsWith(Head, StringComparison.Ordinal))
            throw JournalException.Damaged(Place, $"the file {OwnerFile} is none of ProxyHerd's");
        IsOfEarlierFormat = head == $"{Head}{FormatWithoutCommits}";
        if (head != $"{Head}{Format}" && !IsOfEarlierFormat)
            throw JournalException.Newer(Place, head[Head.Length..], Format);
        if (server != Place.Server)
            throw JournalException.OfAnother(Place, server);
    }

    /// <summary>
    /// Where there is none, RocksDB would make a new database and put the logs that it finds into it, without the tables
    /// before them. The file that points to a database is made before its first log; a start that ended between the two left
    /// one that RocksDB takes for damaged, and in which nothing can be.
    /// </summary>
    /// <returns>Whether there is no database yet: all before it is to be on disk first, lest it be lost with a folder.</returns>
    private bool CheckIsNew()
    {
        var current = Path.Combine(Place.Folder, CurrentFile);
        var hasData = Directory.EnumerateFiles(Place.Folder).Any(IsData);
        if (File.Exists(current))
        {
            if (hasData || File.ReadAllText(current) != FirstList)
                return false;
            File.Delete(current);
        }
        else if (hasData)
        {
            throw JournalException.Damaged(Place, $"the file {CurrentFile} is missing");
        }

        return true;

        static bool IsData(string file) => Path.GetExtension(file) is ".log" or ".sst";
    }

    /// <summary>It is written before the database is made: beside one it is whole.</summary>
    private void WriteOwner()
    {
        if (File.Exists(Path.Combine(Place.Folder, CurrentFile)))
            throw JournalException.Damaged(Place, $"the file {OwnerFile} does not say whose it is");
        _owner.SetLength(0);
        _owner.Write(Encoding.UTF8.GetBytes($"{Head}{Format}\n{Place.Server}\n"));
        _owner.Flush(flushToDisk: true);
    }
}
