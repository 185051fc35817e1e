using ProxyHerd.Herd.Commits;

namespace ProxyHerd.Server.Journal;

/// <summary>Finds every mistake in <see cref="JournalOptions"/>.</summary>
internal static class JournalOptionsValidator
{
    /// <summary>The mistakes, each with its key, the value and the way out.</summary>
    public static IEnumerable<string> FindMistakes(JournalOptions options)
    {
        // Not Enum.TryParse, which takes numbers too.
        var known = Enum.GetNames<Durability>();
        if (!known.Contains(options.Durability))
            yield return $"Journal:Durability: '{options.Durability}' is unknown; known: {string.Join(", ", known)}";
        else if (options.Level == Durability.Memory)
            yield break;

        if (string.IsNullOrWhiteSpace(options.Path))
            yield return $"Journal:Path: is empty; name a folder, or give Journal:Durability {nameof(Durability.Memory)} to keep nothing on disk";
        else if (options.Path.Contains('\0', StringComparison.Ordinal))
            yield return $"Journal:Path: '{options.Path.Replace("\0", "\\0", StringComparison.Ordinal)}' has a NUL byte, which no path may hold";
    }
}
