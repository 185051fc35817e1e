namespace ProxyHerd.Server.Upkeep;

/// <summary>Finds every mistake in <see cref="ExpiryOptions"/>.</summary>
internal static class ExpiryOptionsValidator
{
    /// <summary>A hundred years. A bare number means days, so that a week in seconds would be two thousand of them.</summary>
    private static readonly TimeSpan AfterMax = TimeSpan.FromDays(36_525);

    /// <summary>The mistakes, each with its key, the value and the way out.</summary>
    public static IEnumerable<string> FindMistakes(ExpiryOptions options)
    {
        if (options.After is { } after && (after < TimeSpan.FromMinutes(1) || after.Ticks % TimeSpan.TicksPerMinute != 0))
            yield return $"Expiry:After: '{after}' is not a number of whole minutes, at least one; give such as 1.00:00:00 for a day, or null";
        if (options.After > AfterMax)
            yield return $"Expiry:After: '{options.After}' is more than a hundred years; give such as 1.00:00:00 for a day, or null";
    }
}
