namespace ProxyHerd.Server.Journal;

/// <summary>The server stops: nothing is written any more, and what was written is safe. It is no fault of the journal.</summary>
internal sealed class JournalClosedException(JournalPlace place)
    : IOException($"{place.Server}: the journal in '{place.Folder}' is closed. The server is stopping.");
