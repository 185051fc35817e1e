using Microsoft.Extensions.Options;
using ProxyHerd.Server.Places.Google;

namespace ProxyHerd.Server.Places;

/// <summary>Finds every mistake in section <c>Places</c> at once. Needs no host: it may be asked before one is built.</summary>
/// <param name="providerNames">The providers there are.</param>
internal sealed class PlacesOptionsValidator(IReadOnlyCollection<string> providerNames) : IValidateOptions<PlacesOptions>
{
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
        if (options.Files is [var file, ..])
        {
            errors.Add($"Places:Files: '{file}' cannot be used: this version reads no GeoJSON files; "
                + "remove the key to use the landmarks that ship");
        }
        errors.AddRange(GoogleMistakes.FindMistakes(options));

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private void AddProviderErrors(PlacesOptions options, List<string> errors)
    {
        foreach (var repeated in providerNames.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            errors.Add($"Places:Provider: '{repeated.Key}' is the name of {repeated.Count()} providers; register each name once");

        if (providerNames.Contains(options.Provider, StringComparer.OrdinalIgnoreCase))
            return;

        var known = string.Join(", ", providerNames.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal));
        errors.Add($"Places:Provider: '{options.Provider}' is not a provider; known: {known}");
    }
}
