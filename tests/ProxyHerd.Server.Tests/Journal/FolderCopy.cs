using System.Diagnostics;

namespace ProxyHerd.Server.Tests.Journal;

/// <summary>Copies of a journal's folder, as a crash leaves it.</summary>
internal static class FolderCopy
{
    /// <summary>
    /// Copies the folder of Alford's journal, which may be open; its owner's file is locked then, and is written anew. A crash leaves
    /// the files of one moment, so the copy is made anew if the database has written or dropped one meanwhile.
    /// </summary>
    /// <exception cref="TimeoutException">The folder never stood still.</exception>
    public static void Make(string from, string to)
    {
        for (var watch = Stopwatch.StartNew(); !TryCopy(from, to); Directory.Delete(to, recursive: true))
        {
            if (watch.Elapsed > Eventually.Deadline)
                throw new TimeoutException($"{from} does not stand still for as long as a copy of it takes");
        }

        File.WriteAllText(Path.Combine(to, "JOURNAL"), "ProxyHerd journal 2\nAlford\n");
    }

    private static bool TryCopy(string from, string to)
    {
        Directory.CreateDirectory(to);
        var files = Files(from);
        try
        {
            foreach (var (file, _) in files)
            {
                using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var target = File.Create(Path.Combine(to, Path.GetFileName(file)));
                source.CopyTo(target);
            }
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        return files.SequenceEqual(Files(from));
    }

    private static List<(string Path, long Length)> Files(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFiles()
            .Where(file => file.Name is not ("JOURNAL" or "LOCK"))
            .OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => (file.FullName, file.Exists ? file.Length : -1)),
    ];
}
