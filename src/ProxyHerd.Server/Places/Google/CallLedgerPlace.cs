using ProxyHerd.Server.Journal;

namespace ProxyHerd.Server.Places.Google;

/// <summary>Whose count of calls it is, and where.</summary>
/// <param name="Server">The server's name.</param>
/// <param name="File">The file's full path.</param>
internal sealed record CallLedgerPlace(string Server, string File)
{
    /// <summary>
    /// Beside a server's journal, not in it: whoever moves a damaged journal away keeps the count. No journal's folder has a
    /// plus in its name.
    /// </summary>
    public static CallLedgerPlace Beside(JournalPlace journal) => new(journal.Server, journal.Folder + "+calls");
}
