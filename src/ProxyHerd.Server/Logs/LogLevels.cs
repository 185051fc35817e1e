namespace ProxyHerd.Server.Logs;

/// <summary>The levels in section <c>Logging</c>, which the framework reads only when a server is built, and ends the process over.</summary>
internal static class LogLevels
{
    private const string Section = "LogLevel";

    /// <summary>The mistakes, each with its key, the value and the way out.</summary>
    /// <param name="logging">The section; its levels stand in it, or in a section of one provider's.</param>
    public static IEnumerable<string> FindMistakes(IConfigurationSection logging) =>
        from levels in logging.GetChildren().Select(provider => provider.GetSection(Section)).Prepend(logging.GetSection(Section))
        from level in levels.GetChildren()
        where !string.IsNullOrEmpty(level.Value) && !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _)
        select $"{level.Path}: '{level.Value}' is unknown; known: {string.Join(", ", Enum.GetNames<LogLevel>())}";
}
