namespace ProxyHerd.Server.Upkeep;

/// <summary>Finds every mistake in <see cref="ExpiryOptions"/>.</summary>
internal static class ExpiryOptionsValidator
{
    /// <summary>The mistakes, each with its key, the value and the way out.</summary>
    public static IEnumerable<string> FindMistakes(ExpiryOptions options)
    {
        if (options.After is { } after && (after < TimeSpan.FromMinutes(1) || after.Ticks % TimeSpan.TicksPerMinute != 0))
            yield return $"Expiry:After: '{after}' is not a number of whole minutes, at least one; give such as 1.00:00:00 for a day, or null";
    }
}
