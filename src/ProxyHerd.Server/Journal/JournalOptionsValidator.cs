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

        foreach (var mistake in FindMistakesInPath(options, $"Journal:Durability {nameof(Durability.Memory)} to keep nothing on disk"))
            yield return mistake;
    }

    /// <summary>The mistakes in the path, for whoever keeps something there.</summary>
    /// <param name="options">The options.</param>
    /// <param name="otherwise">With which key and value nothing is kept.</param>
    public static IEnumerable<string> FindMistakesInPath(JournalOptions options, string otherwise)
    {
        if (string.IsNullOrWhiteSpace(options.Path))
            yield return $"Journal:Path: is empty; name a folder, or give {otherwise}";
        else if (options.Path.Contains('\0', StringComparison.Ordinal))
            yield return $"Journal:Path: '{options.Path.Replace("\0", "\\0", StringComparison.Ordinal)}' has a NUL byte, which no path may hold";
    }
}
