using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Server.Journal;

/// <summary>Where updates are kept and when they are answered (<c>Journal</c>).</summary>
internal sealed class JournalOptions
{
    /// <summary>The folder below which each server has one of its own. A relative path starts at the current directory.</summary>
    public string Path { get; set; } = "data";

    /// <summary>When an IAMAT is answered: the name of a <see cref="Herd.Commits.Durability"/>.</summary>
    public string Durability { get; set; } = nameof(Herd.Commits.Durability.Disk);

    /// <summary>The durability of that name; free of mistakes by now.</summary>
    public Durability Level => Enum.Parse<Durability>(Durability);
}
