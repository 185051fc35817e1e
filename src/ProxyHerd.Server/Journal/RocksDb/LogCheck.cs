namespace ProxyHerd.Server.Journal.RocksDb;

/// <summary>
/// Checks the manifest and the logs of a database before it is opened, and cuts off what a power cut left of records that were
/// never synced. RocksDB takes a log that ends too early, but not one whose last record is zeros in part; of zeros where a
/// record should begin it says nothing, and passes over what follows; and from a record of a recycled log, for which one flipped
/// bit is enough, it does not return.
/// </summary>
internal static class LogCheck
{
    /// <summary>What the name of a manifest begins with, in the file that says which is the database's.</summary>
    private const string ManifestPrefix = "MANIFEST-";

    /// <summary>Checks the files of a folder.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    /// <exception cref="IOException">One cannot be read, or not be cut.</exception>
    public static void Run(string folder)
    {
        if (FindManifest(folder) is { } manifest)
            Cut(manifest, LogEnd.Find(manifest));

        // The last log that has anything in it is where writing ended. One before it was synced before anything in it was, or is
        // in a table by now: RocksDB knows, and looks whether it ends where the next one says.
        var isLast = true;
        foreach (var log in LogsFromTheLast(folder))
        {
            var end = LogEnd.Find(log);
            if (isLast)
                Cut(log, end);
            isLast &= !end.HasData;
        }
    }

    private static void Cut(string file, LogEnd end)
    {
        if (!end.IsFollowedByZeros)
            return;
        using var log = new FileStream(file, FileMode.Open, FileAccess.Write);
        log.SetLength(end.Position);
    }

    /// <summary>The manifest that is in use; null where RocksDB is left to say what is wrong.</summary>
    private static string? FindManifest(string folder)
    {
        var current = new FileInfo(Path.Combine(folder, "CURRENT"));
        if (!current.Exists || File.ReadAllText(current.FullName).TrimEnd('\n') is not { } name || !name.StartsWith(ManifestPrefix, StringComparison.Ordinal))
            return null;
        var file = Path.Combine(folder, Path.GetFileName(name));
        return File.Exists(file) ? file : null;
    }

    /// <summary>Their names are numbers of six digits, or more when those are used up.</summary>
    private static IEnumerable<string> LogsFromTheLast(string folder) =>
        Directory.GetFiles(folder, "*.log").OrderByDescending(static log => log.Length).ThenByDescending(static log => log, StringComparer.Ordinal);
}
