using System.Diagnostics.CodeAnalysis;
using System.Text;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Server.Connections;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Logs;
using ProxyHerd.Server.Places;

namespace ProxyHerd.Server.Hosting;

/// <summary>The whole configuration, read once and free of mistakes.</summary>
internal sealed class ServerConfiguration
{
    private const string ShippedFile = "appsettings.json";

    private ServerConfiguration(IConfigurationRoot root, string environment)
    {
        Root = root;
        Environment = environment;
    }

    /// <summary>Every key as it was given.</summary>
    public IConfigurationRoot Root { get; }

    /// <summary>Development, Production or another name.</summary>
    public string Environment { get; }

    /// <summary>Section <c>Herd</c>.</summary>
    public HerdOptions Herd { get; } = new();

    /// <summary>Section <c>Limits</c>.</summary>
    public LimitsOptions Limits { get; } = new();

    /// <summary>Section <c>Journal</c>.</summary>
    public JournalOptions Journal { get; } = new();

    /// <summary>Section <c>Logs</c>.</summary>
    public LogsOptions Logs { get; } = new();

    /// <summary>Section <c>Places</c>.</summary>
    public PlacesOptions Places { get; } = new();

    /// <summary>What servers prove to each other that they know; empty if there is no secret.</summary>
    public byte[] Secret { get; private set; } = [];

    /// <summary>The server that was named, or all of the herd.</summary>
    public IReadOnlyList<string> ServersToRun =>
        Herd.Name is { } name ? [name] : [.. Herd.Servers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether lines are logged unless the configuration says otherwise.</summary>
    public bool IsDevelopment => Environment.Equals(Environments.Development, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the file, the environment and the arguments, and lists every mistake at once.</summary>
    public static bool TryLoad(CommandLine command, TextWriter errors, [NotNullWhen(true)] out ServerConfiguration? configuration)
    {
        configuration = null;
        var mistakes = new List<string>();
        if (TryRead(command, mistakes, out var root))
        {
            var environment = root["environment"] ?? root["ASPNETCORE_ENVIRONMENT"] ?? root["DOTNET_ENVIRONMENT"] ?? Environments.Production;
            configuration = new ServerConfiguration(root, environment);
            configuration.Bind(command, mistakes);
        }

        foreach (var mistake in mistakes)
            errors.WriteLine(mistake);
        return mistakes.Count == 0 && configuration is not null;
    }

    private static bool TryRead(CommandLine command, List<string> mistakes, [NotNullWhen(true)] out IConfigurationRoot? root)
    {
        root = null;
        var file = command.ConfigurationFile is { } given
            ? Path.GetFullPath(given)
            : Path.Combine(AppContext.BaseDirectory, ShippedFile);
        try
        {
            root = new ConfigurationBuilder()
                .AddJsonFile(file, optional: false, reloadOnChange: false)
                .AddEnvironmentVariables()
                .AddCommandLine(command.Settings)
                .Build();
            return true;
        }
        catch (FileNotFoundException)
        {
            mistakes.Add($"--config: '{file}' does not exist; give the path of a JSON file shaped like {ShippedFile}");
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"--config: '{file}' cannot be read: {exception.InnerException?.Message ?? exception.Message}");
        }

        return false;
    }

    private void Bind(CommandLine command, List<string> mistakes)
    {
        Bind("Herd", Herd, mistakes);
        Bind("Limits", Limits, mistakes);
        Bind("Journal", Journal, mistakes);
        Bind("Logs", Logs, mistakes);
        Bind("Places", Places, mistakes);
        Herd.Name = command.Name ?? (string.IsNullOrEmpty(Herd.Name) ? null : Herd.Name);
        if (mistakes.Count > 0)
            return;

        mistakes.AddRange(TopologyValidator.FindMistakes(Herd));
        mistakes.AddRange(LimitsOptionsValidator.FindMistakes(Limits));
        mistakes.AddRange(JournalOptionsValidator.FindMistakes(Journal));
        if (new PlacesOptionsValidator().Validate(null, Places) is { Failed: true } places)
            mistakes.AddRange(places.Failures);
        if (!string.IsNullOrEmpty(Root["Expiry:After"]))
            mistakes.Add($"Expiry:After: '{Root["Expiry:After"]}' is set, but expiry is not in this version; leave it null");
        ReadSecret(mistakes);
    }

    private void Bind(string section, object options, List<string> mistakes)
    {
        try
        {
            Root.GetSection(section).Bind(options);
        }
        catch (InvalidOperationException exception)
        {
            mistakes.Add($"{section}: {exception.Message} {exception.InnerException?.Message}".TrimEnd());
        }
    }

    private void ReadSecret(List<string> mistakes)
    {
        if (Herd.Secret is { } secret)
            Secret = Encoding.UTF8.GetBytes(secret);
        if (Herd.SecretFile is not { } file)
            return;
        try
        {
            Secret = Encoding.UTF8.GetBytes(File.ReadAllText(file).TrimEnd());
            if (Secret.Length == 0)
                mistakes.Add($"Herd:SecretFile: '{file}' is empty; write the secret into it");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"Herd:SecretFile: '{file}' cannot be read: {exception.Message}");
        }
    }
}
