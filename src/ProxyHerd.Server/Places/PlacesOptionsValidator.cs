using Microsoft.Extensions.Options;
using ProxyHerd.Server.Places.Google;

namespace ProxyHerd.Server.Places;

/// <summary>Finds every mistake in section <c>Places</c> at once. Needs no host: it may be asked before one is built.</summary>
/// <param name="providerNames">The providers there are.</param>
internal sealed class PlacesOptionsValidator(IReadOnlyCollection<string> providerNames) : IValidateOptions<PlacesOptions>
{
    private const string FilesKey = "Files";

    /// <summary>A validator that knows the providers that ship with the server.</summary>
    public PlacesOptionsValidator()
        : this([EmbeddedProvider.ProviderName, GooglePlacesApi.ApiName, GoogleLegacyApi.ApiName])
    {
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PlacesOptions options)
    {
        var errors = new List<string>();
        AddProviderErrors(options, errors);
        AddFilesErrors(options.FilesToRead(), errors);
        errors.AddRange(GoogleMistakes.FindMistakes(options));

        // A key that was put where a file or a provider is to be named must not be on the console for that.
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors.Select(ApiKey.TakeAnyOutOf));
    }

    private void AddProviderErrors(PlacesOptions options, List<string> errors)
    {
        foreach (var repeated in providerNames.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            errors.Add($"Places:Provider: '{repeated.Key}' is the name of {repeated.Count()} providers; register each name once");

        if (providerNames.Contains(options.Provider, StringComparer.OrdinalIgnoreCase))
            return;

        var known = string.Join(", ", providerNames.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal));
        if (FilesKey.Equals(options.Provider, StringComparison.OrdinalIgnoreCase))
        {
            errors.Add($"Places:Provider: '{options.Provider}' is not a provider; choose '{EmbeddedProvider.ProviderName}', "
                + "which searches the files that Places:Files names");
            return;
        }

        errors.Add($"Places:Provider: '{options.Provider}' is not a provider; known: {known}");
    }

    /// <summary>Whether they can be read shows when they are: who only asks for a server's health need not have them.</summary>
    private static void AddFilesErrors(string[] files, List<string> errors)
    {
        var paths = files.Where(file => !string.IsNullOrWhiteSpace(file) && !file.Contains('\0', StringComparison.Ordinal)).ToList();
        if (paths.Count < files.Length)
            errors.Add("Places:Files: an entry is no path; name a GeoJSON file, or leave the entry out");
        foreach (var repeated in paths.GroupBy(Path.GetFullPath).Where(group => group.Count() > 1))
            errors.Add($"Places:Files: '{repeated.First()}' is named {repeated.Count()} times; name each file once");
    }
}
