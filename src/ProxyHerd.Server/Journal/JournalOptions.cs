namespace ProxyHerd.Server.Journal;

/// <summary>Where updates are kept and when they are answered (<c>Journal</c>).</summary>
internal sealed class JournalOptions
{
    /// <summary>When an IAMAT is answered.</summary>
    public string Durability { get; set; } = "Memory";
}
