using System.Diagnostics.CodeAnalysis;
using ProxyHerd.Server.Hosting;

namespace ProxyHerd.Server.Tests.Hosting;

/// <summary>Configurations for tests, read as the process reads them.</summary>
internal static class Loaded
{
    /// <summary>One server alone, which listens on ports that are free and writes no file.</summary>
    public const string Solo = """{ "Herd": { "Servers": { "Solo": { "Port": 0, "HttpPort": 0 } } }, "Logs": { "Path": null } }""";

    /// <summary>A configuration that must have no mistake.</summary>
    public static ServerConfiguration From(string? json, params string[] arguments) =>
        TryFrom(json, arguments, out var configuration, out var mistakes)
            ? configuration
            : throw new InvalidOperationException(string.Join('\n', mistakes));

    /// <summary>The mistakes of a configuration that must have some.</summary>
    public static string[] MistakesOf(string? json, params string[] arguments) =>
        TryFrom(json, arguments, out _, out var mistakes) ? throw new InvalidOperationException("There is no mistake.") : mistakes;

    private static bool TryFrom(
        string? json, string[] arguments, [NotNullWhen(true)] out ServerConfiguration? configuration, out string[] mistakes)
    {
        using var folder = new TemporaryFolder();
        var errors = new StringWriter();
        configuration = null;
        string[] all = json is null ? arguments : ["--config", folder.Write("herd.json", json), .. arguments];
        var isFine = CommandLine.TryParse(all, errors, out var command) && ServerConfiguration.TryLoad(command, errors, out configuration);
        mistakes = errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return isFine;
    }
}
