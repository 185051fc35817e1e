using Microsoft.Extensions.Options;

namespace ProxyHerd.Server.Places;

/// <summary>Finds every mistake in section <c>Places</c> at once. Needs no host: it may be asked before one is built.</summary>
/// <param name="providerNames">The providers there are.</param>
internal sealed class PlacesOptionsValidator(IReadOnlyCollection<string> providerNames) : IValidateOptions<PlacesOptions>
{
    private const string GoogleProviderName = "Google";
    private const string FilesKey = "Files";

    /// <summary>A validator that knows the providers that ship with the server.</summary>
    public PlacesOptionsValidator()
        : this([EmbeddedProvider.ProviderName, GoogleLegacyProvider.ProviderName])
    {
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PlacesOptions options)
    {
        var errors = new List<string>();
        AddProviderErrors(options, errors);
        AddFilesErrors(options.FilesToRead(), errors);
        AddBaseUrlErrors(options.GoogleLegacy, errors);
        if (IsSame(options.Provider, GoogleLegacyProvider.ProviderName))
            AddKeyErrors(options.Google, errors);

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private void AddProviderErrors(PlacesOptions options, List<string> errors)
    {
        foreach (var repeated in providerNames.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            errors.Add($"Places:Provider: '{repeated.Key}' is the name of {repeated.Count()} providers; register each name once");

        if (providerNames.Contains(options.Provider, StringComparer.OrdinalIgnoreCase))
            return;

        var known = string.Join(", ", providerNames.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal));
        if (IsSame(options.Provider, FilesKey))
        {
            errors.Add($"Places:Provider: '{options.Provider}' is not a provider; choose '{EmbeddedProvider.ProviderName}', "
                + "which searches the files that Places:Files names");
            return;
        }

        errors.Add(IsSame(options.Provider, GoogleProviderName)
            ? $"Places:Provider: '{options.Provider}' is not in this version; choose one of: {known}"
            : $"Places:Provider: '{options.Provider}' is not a provider; known: {known}");
    }

    /// <summary>Whether they can be read shows when they are: who only asks for a server's health need not have them.</summary>
    private static void AddFilesErrors(string[] files, List<string> errors)
    {
        if (files.Any(string.IsNullOrWhiteSpace))
            errors.Add("Places:Files: '' is no path; name a GeoJSON file, or leave the entry out");
        foreach (var repeated in files.Where(file => !string.IsNullOrWhiteSpace(file)).GroupBy(Path.GetFullPath).Where(group => group.Count() > 1))
            errors.Add($"Places:Files: '{repeated.First()}' is named {repeated.Count()} times; name each file once");
    }

    private static void AddBaseUrlErrors(GoogleLegacyOptions options, List<string> errors)
    {
        var isUrl = Uri.TryCreate(options.BaseUrl, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            && url is { Query: "", Fragment: "", UserInfo: "" };
        if (!isUrl)
        {
            // User and query are left out of the message: whoever writes them there writes secrets.
            var shown = url?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) ?? options.BaseUrl;
            errors.Add($"Places:GoogleLegacy:BaseUrl: '{shown}' is not an absolute http or https URL without user, query and fragment; "
                + $"write one such as {new GoogleLegacyOptions().BaseUrl}, or remove the key");
        }
    }

    private static void AddKeyErrors(GoogleOptions options, List<string> errors)
    {
        var hasKey = !string.IsNullOrWhiteSpace(options.Key);
        var hasKeyFile = !string.IsNullOrEmpty(options.KeyFile);
        if (hasKey && hasKeyFile)
            errors.Add($"Places:Google:KeyFile: '{options.KeyFile}' is set beside Places:Google:Key; remove one of them");
        else if (!hasKey && !hasKeyFile)
            errors.Add("Places:Google:Key: 'GoogleLegacy' needs a key; set it or Places:Google:KeyFile, or choose provider 'Embedded'");
        else if (hasKeyFile && ReadError(options) is { } error)
            errors.Add($"Places:Google:KeyFile: '{options.KeyFile}' cannot be used: {error}; name a file that holds the key alone");
    }

    private static string? ReadError(GoogleOptions options)
    {
        try
        {
            options.ReadKey();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private static bool IsSame(string? name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);
}
