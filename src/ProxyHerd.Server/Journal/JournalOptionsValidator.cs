namespace ProxyHerd.Server.Journal;

/// <summary>Finds every mistake in <see cref="JournalOptions"/>.</summary>
internal static class JournalOptionsValidator
{
    /// <summary>The mistakes, each with its key, the value and the way out.</summary>
    public static IEnumerable<string> FindMistakes(JournalOptions options)
    {
        if (options.Durability is "EverySecond" or "Disk" or "DiskAndNeighbour")
            yield return $"Journal:Durability: '{options.Durability}' is not in this version, which keeps nothing on disk; the only one is Memory";
        else if (options.Durability != "Memory")
            yield return $"Journal:Durability: '{options.Durability}' is unknown; the only one in this version is Memory";
    }
}
