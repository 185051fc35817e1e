using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using ProxyHerd.Herd.Commits;
using ProxyHerd.Herd.Topology;
using ProxyHerd.Server.Connections;
using ProxyHerd.Server.Journal;
using ProxyHerd.Server.Logs;
using ProxyHerd.Server.Places;
using ProxyHerd.Server.Places.Google;
using ProxyHerd.Server.Telemetry;
using ProxyHerd.Server.Upkeep;

namespace ProxyHerd.Server.Hosting;

/// <summary>The whole configuration, read once and free of mistakes.</summary>
internal sealed class ServerConfiguration
{
    private const string ShippedFile = "appsettings.json";

    /// <summary>The last two are the framework's own.</summary>
    private static readonly string[] Sections = ["Herd", "Limits", "Journal", "Expiry", "Logs", "Places", "Logging", "Kestrel"];

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

    /// <summary>Section <c>Expiry</c>.</summary>
    public ExpiryOptions Expiry { get; } = new();

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
            using var stream = File.OpenRead(file);
            root = new ConfigurationBuilder()
                .AddJsonStream(stream)
                .AddEnvironmentVariables()
                .AddCommandLine(command.Settings)
                .Build();
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            mistakes.Add($"--config: '{file}' does not exist; give the path of a JSON file shaped like {ShippedFile}");
        }
        catch (JsonException exception)
        {
            var reason = exception.Message.Split(" LineNumber:")[0];
            mistakes.Add($"--config: '{file}' cannot be read: line {exception.LineNumber + 1}: {reason}");
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"--config: '{file}' cannot be read: {exception.Message}");
        }

        return false;
    }

    private void Bind(CommandLine command, List<string> mistakes)
    {
        if (TryBind("Herd", typeof(HerdOptions), section => section.Bind(Herd), mistakes))
        {
            NameServersAsTheFileDoes();
            Herd.Name = command.Name ?? (string.IsNullOrEmpty(Herd.Name) ? null : Herd.Name);
            mistakes.AddRange(TopologyValidator.FindMistakes(Herd));
            ReadSecret(mistakes);
            mistakes.AddRange(LineEndpoints.FindMistakes(Herd, ServersToRun, Root.GetSection("Kestrel")));
        }

        if (TryBind("Limits", typeof(LimitsOptions), section => section.Bind(Limits), mistakes))
            mistakes.AddRange(LimitsOptionsValidator.FindMistakes(Limits));
        if (TryBind("Journal", typeof(JournalOptions), section => section.Bind(Journal), mistakes))
            mistakes.AddRange(JournalOptionsValidator.FindMistakes(Journal));
        TryBind("Logs", typeof(LogsOptions), section => section.Bind(Logs), mistakes);
        mistakes.AddRange(LogLevels.FindMistakes(Root.GetSection("Logging")));
        if (TryBind("Places", typeof(PlacesOptions), section => section.Bind(Places), mistakes) && new PlacesOptionsValidator().Validate(null, Places) is { Failed: true } places)
            mistakes.AddRange(places.Failures);
        else if (GoogleMistakes.KeepsCount(Places) && Journal.Durability == nameof(Durability.Memory))
            mistakes.AddRange(JournalOptionsValidator.FindMistakesInPath(Journal, "Places:CallsPerMonthMax 0 to count no calls of Google"));
        if (TryBind("Expiry", typeof(ExpiryOptions), section => section.Bind(Expiry), mistakes))
            mistakes.AddRange(ExpiryOptionsValidator.FindMistakes(Expiry));
        mistakes.AddRange(KestrelKeys.FindMistakes(Root.GetSection("Kestrel")));
        mistakes.AddRange(TelemetryKeys.FindMistakes(Root));
        mistakes.AddRange(FindWrongSections());
    }

    /// <summary>
    /// What stands at the top. The environment is not looked at, since it has what others put there; and a lone key may be
    /// OpenTelemetry's.
    /// </summary>
    private IEnumerable<string> FindWrongSections()
    {
        var own = Root.Providers.Where(static provider => provider is not EnvironmentVariablesConfigurationProvider).ToList();
        var names = own.SelectMany(static provider => provider.GetChildKeys([], null));
        foreach (var name in names.Except(Sections, StringComparer.OrdinalIgnoreCase))
        {
            var section = Root.GetSection(name);
            if (section.GetChildren().Any())
                yield return WrongValues.Unknown(section, Sections);
        }

        foreach (var name in Sections)
        {
            if (own.Any(provider => provider.TryGet(name, out var text) && !string.IsNullOrEmpty(text)))
                yield return WrongValues.NoSection(Root.GetSection(name));
        }
    }

    /// <param name="key">The section.</param>
    /// <param name="options">The type of its options.</param>
    /// <param name="bind">Binds them, by a call that names their type: only for such a one is code made while compiling.</param>
    /// <param name="mistakes">Takes what is wrong.</param>
    private bool TryBind(string key, Type options, Action<IConfigurationSection> bind, List<string> mistakes)
    {
        var section = Root.GetSection(key);
        var count = mistakes.Count;
        mistakes.AddRange(WrongValues.FindMistakes(section, options));
        if (mistakes.Count > count)
            return false;
        bind(section);
        return true;
    }

    /// <summary>
    /// Keys have no case, but names of servers do: <c>HERD__SERVERS__ALFORD__PORT</c> in the environment is about Alford.
    /// </summary>
    private void NameServersAsTheFileDoes()
    {
        foreach (var name in Root.Providers.First().GetChildKeys([], "Herd:Servers"))
        {
            var given = Herd.Servers.Keys.FirstOrDefault(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (given is not null && given != name && Herd.Servers.Remove(given, out var server))
                Herd.Servers.Add(name, server);
        }
    }

    private void ReadSecret(List<string> mistakes)
    {
        if (Herd.Secret is { } secret)
            Secret = Encoding.UTF8.GetBytes(secret);
        if (Herd.SecretFile is not { } file)
            return;
        if (file.Length == 0)
        {
            mistakes.Add("Herd:SecretFile: is empty; name the file that holds the secret, or give null to talk to servers on this machine alone");
            return;
        }

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
