using System.Diagnostics.CodeAnalysis;

namespace ProxyHerd.Server.Hosting;

/// <summary><c>ProxyHerd.Server [NAME] [--config FILE] [--Section:Key value …]</c></summary>
/// <param name="Name">The server to run; null for all of them.</param>
/// <param name="ConfigurationFile">The file to read instead of the one that ships; null for that one.</param>
/// <param name="Settings">The other arguments, for the configuration.</param>
internal sealed record CommandLine(string? Name, string? ConfigurationFile, string[] Settings)
{
    /// <summary>What may be said, in a line.</summary>
    public const string Usage = "usage: ProxyHerd.Server [health] [NAME] [--config FILE] [--Section:Key value …], or ProxyHerd.Server places --near POSITION …";

    /// <summary>Whether the arguments of the process ask for <see cref="Usage"/> alone. A server that is itself called <c>-h</c> is run by <c>--name -h</c>.</summary>
    public static bool AsksForHelp(string[] arguments) => arguments is ["--help" or "-h"];

    /// <summary>Parses the arguments; writes what is wrong with them if it can't.</summary>
    public static bool TryParse(string[] arguments, TextWriter errors, [NotNullWhen(true)] out CommandLine? command)
    {
        command = null;
        string? name = null, file = null;
        var settings = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument.Length == 0)
                return Fail(errors, "'': an empty argument; leave it out, or give a server's name");
            if (!argument.StartsWith("--", StringComparison.Ordinal))
            {
                if (name is not null)
                    return Fail(errors, $"'{argument}': one server's name at the most can be given, and it is '{name}'");
                name = argument;
                continue;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? argument[2..] : argument[2..equals];
            if (equals < 0 && i + 1 == arguments.Length)
                return Fail(errors, $"'{argument}': has no value behind it");
            var value = equals < 0 ? arguments[++i] : argument[(equals + 1)..];
            var isFile = key.Equals("config", StringComparison.OrdinalIgnoreCase);
            var isName = key.Equals("name", StringComparison.OrdinalIgnoreCase);
            if (key.Length == 0)
                return Fail(errors, $"'{argument}': has no key");
            if ((isFile || isName) && value.Length == 0)
                return Fail(errors, $"'{argument}': has an empty value");
            if (isFile)
                file = value;
            else if (isName)
                name = value;
            else
                settings.Add($"--{key}={value}");
        }

        command = new CommandLine(name, file, [.. settings]);
        return true;
    }

    private static bool Fail(TextWriter errors, string mistake)
    {
        errors.WriteLine(mistake);
        errors.WriteLine(Usage);
        return false;
    }
}
