namespace ProxyHerd.Server.Journal;

/// <summary>Whether a server's commits go through.</summary>
internal interface IJournalHealth
{
    /// <summary>
    /// Completes when the journal, or whatever else a commit needs, has failed while the server ran: it answers nothing any
    /// more, and the process must end.
    /// </summary>
    Task<IOException> Fault { get; }
}
