using ProxyHerd.Herd.Commits;
using ProxyHerd.Server.Journal.RocksDb;

namespace ProxyHerd.Server.Journal;

/// <summary>A journal cannot be used, or no longer: one line that names the server, its folder, the cause and the way out.</summary>
internal sealed class JournalException : IOException
{
    /// <summary>What RocksDB's own words begin with when a system call failed.</summary>
    private const string InputOutputError = "IO error: ";

    private JournalException(JournalPlace place, string cause, string wayOut, Exception? inner = null)
        : base($"{place.Server}: the journal in '{place.Folder}' {cause}. {wayOut}".ReplaceLineEndings(" "), inner)
    {
    }

    /// <summary>Another process, or another server of this one, has the folder.</summary>
    public static JournalException Locked(JournalPlace place, Exception? inner = null) =>
        new(place, "is in use by another process or server", "Stop that one, or give this one another Journal:Path.", inner);

    /// <summary>The folder cannot be written to.</summary>
    public static JournalException NotWritable(JournalPlace place, Exception inner) =>
        new(place, $"cannot be written: {inner.Message.TrimEnd('.')}", "Let this user write there, or choose another Journal:Path.", inner);

    /// <summary>No space is left.</summary>
    public static JournalException Full(JournalPlace place, Exception inner) =>
        new(place, $"is on a full disk: {inner.Message.TrimEnd('.')}", "Free some space and start again; what was answered is there.", inner);

    /// <summary>A later version wrote it.</summary>
    public static JournalException Newer(JournalPlace place, string format, int known) => new(
        place,
        $"has format {format}, and this version of ProxyHerd knows format {known} at the most",
        $"Run the version that wrote it, or {StartAgain(place)}");

    /// <summary>The folder is another server's.</summary>
    public static JournalException OfAnother(JournalPlace place, string owner) => new(
        place, $"belongs to {owner}", $"Give {place.Server} another Journal:Path, or {StartAgain(place)}");

    /// <summary>What is there is not what was written.</summary>
    public static JournalException Damaged(JournalPlace place, string damage, Exception? inner = null)
    {
        var startAgain = StartAgain(place);
        return new(place, $"is damaged: {damage.TrimEnd('.')}", char.ToUpperInvariant(startAgain[0]) + startAgain[1..], inner);
    }

    /// <summary>
    /// A write, a sync or a checkpoint failed while the server ran. What was answered before it was synced is not promised: after a
    /// sync that failed, the system keeps it in memory alone.
    /// </summary>
    public static JournalException Failed(JournalPlace place, Durability durability, Exception inner) => IsDamage(inner)
        ? new(
            place,
            $"was found damaged: {inner.Message.TrimEnd('.')}",
            $"The process ends, and nothing that waited is answered; see to the disk, then start again. If that is refused, {StartAgain(place)}",
            inner)
        : new(
            place,
            $"could not be written: {inner.Message.TrimEnd('.')}",
            "The process ends, and nothing that waited is answered; see to the disk, then start again: what was answered is there"
            + (durability < Durability.Disk ? ", but maybe for the last second's." : "."),
            inner);

    /// <summary>What an attempt to open or read it threw, in words.</summary>
    public static JournalException Of(JournalPlace place, Exception exception)
    {
        var message = exception.Message;
        if (exception is UnauthorizedAccessException || Says("Permission denied") || Says("Read-only file system") || Says("not permitted"))
            return NotWritable(place, exception);
        if (Says("No space left") || Says("Disk quota exceeded") || Says("not enough space"))
            return Full(place, exception);
        if (Says("lock hold by current process") || (Says("While lock file") && Says("temporarily unavailable")))
            return Locked(place, exception);
        if (IsDamage(exception))
            return Damaged(place, message, exception);
        return new(
            place,
            $"cannot be used: {message.TrimEnd('.')}",
            "See to that, then start again: nothing is lost by it, and another Journal:Path begins empty.",
            exception);

        bool Says(string words) => message.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// Whether something is not what was written, by our own word or by RocksDB's, or a file is missing. All else, a disk that does
    /// not answer or a limit of the system for example, may be mended, and the folder is then as good as before.
    /// </summary>
    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException || (exception is RocksDbException && (IsMissingFile(exception.Message) || IsCorruption(exception.Message)));

    private static bool IsMissingFile(string message) =>
        message.StartsWith(InputOutputError, StringComparison.Ordinal) && message.Contains("No such file", StringComparison.Ordinal);

    /// <summary>Whether RocksDB has read what is not right; it says so too of files that it could not read.</summary>
    private static bool IsCorruption(string message)
    {
        const string Corruption = "Corruption: ";
        if (!message.StartsWith(Corruption, StringComparison.Ordinal))
            return false;
        var cause = message.IndexOf(InputOutputError, StringComparison.Ordinal);
        return cause < 0 || IsMissingFile(message[cause..]);
    }

    private static string StartAgain(JournalPlace place) =>
        $"start again from the neighbours, which send everything that they hold: move the folder away (mv '{place.Folder}' '{place.Folder}.old').";
}
