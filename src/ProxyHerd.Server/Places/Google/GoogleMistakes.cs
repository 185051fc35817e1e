using System.Text.RegularExpressions;

namespace ProxyHerd.Server.Places.Google;

/// <summary>Finds every mistake in what concerns Google's providers.</summary>
internal static partial class GoogleMistakes
{
    /// <summary>A token a microsecond is as good as no limit, and still a whole period of the limiter's clock.</summary>
    private const int PerSecondLimit = 1_000_000;

    private static readonly string[] RankPreferences = ["POPULARITY", "DISTANCE"];

    /// <summary>The mistakes, each with its key, the value and the way out. The key is looked at only if a provider needs it.</summary>
    public static IEnumerable<string> FindMistakes(PlacesOptions options)
    {
        foreach (var mistake in InBaseUrl("Places:GoogleLegacy:BaseUrl", options.GoogleLegacy.BaseUrl, new GoogleLegacyOptions().BaseUrl))
            yield return mistake;
        foreach (var mistake in InBaseUrl("Places:Google:BaseUrl", options.Google.BaseUrl, new GoogleOptions().BaseUrl))
            yield return mistake;
        if (!FieldMask().IsMatch(options.Google.FieldMask ?? ""))
        {
            yield return $"Places:Google:FieldMask: '{options.Google.FieldMask}' is not a list such as places.id,places.displayName: each name "
                + "begins with 'places.', with a comma and no space between them; or remove the key";
        }

        if (!RankPreferences.Contains(options.Google.RankPreference))
            yield return $"Places:Google:RankPreference: '{options.Google.RankPreference}' is unknown; known: {string.Join(", ", RankPreferences)}";
        if (options.CallsPerMonthMax < 0)
            yield return $"Places:CallsPerMonthMax: {options.CallsPerMonthMax} is below 0; give 0 for no limit";
        if (options.WhatsatPerSecondMax is < 0 or > PerSecondLimit)
            yield return $"Places:WhatsatPerSecondMax: {options.WhatsatPerSecondMax} is not from 0 to {PerSecondLimit}; 0 is for no limit";
        if (options.WhatsatBurstMax < 1)
            yield return $"Places:WhatsatBurstMax: {options.WhatsatBurstMax} lets nobody ask; give 1 or more, or Places:WhatsatPerSecondMax 0 for no limit";
        if (IsPicked(options))
        {
            foreach (var mistake in InKey(options))
                yield return mistake;
        }
    }

    /// <summary>Whether one of Google's providers is the one to be used.</summary>
    public static bool IsPicked(PlacesOptions options) => IsPicked(options.Provider);

    /// <summary>Whether one of Google's providers has the name.</summary>
    public static bool IsPicked(string? provider) =>
        GooglePlacesApi.ApiName.Equals(provider, StringComparison.OrdinalIgnoreCase) || GoogleLegacyApi.ApiName.Equals(provider, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether calls of Google are counted on disk.</summary>
    public static bool KeepsCount(PlacesOptions options) => IsPicked(options) && options.CallsPerMonthMax > 0;

    private static IEnumerable<string> InBaseUrl(string key, string? value, string example)
    {
        // White space at an end is no part of a URL, but would stand within the one that is made of this.
        Uri? url = null;
        var isUrl = value?.Any(char.IsWhiteSpace) == false
            && Uri.TryCreate(value, UriKind.Absolute, out url)
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            && url is { Query: "", Fragment: "", UserInfo: "" };
        if (isUrl)
            yield break;

        var shown = url?.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) ?? WithoutSecrets(value);
        yield return $"{key}: '{shown}' is not an absolute http or https URL without user, query, fragment and white space; "
            + $"write one such as {example}, or remove the key";
    }

    /// <summary>User and query are left out of what is shown: whoever writes them there writes secrets, be it no URL at all.</summary>
    private static string WithoutSecrets(string? value)
    {
        var behindUser = value?[(value.LastIndexOf('@') + 1)..] ?? "";
        var query = behindUser.AsSpan().IndexOfAny('?', '#');
        return query < 0 ? behindUser : behindUser[..query];
    }

    private static IEnumerable<string> InKey(PlacesOptions options)
    {
        var google = options.Google;
        var hasKey = !string.IsNullOrWhiteSpace(google.Key);
        var hasKeyFile = !string.IsNullOrEmpty(google.KeyFile);
        if (hasKey && hasKeyFile)
            yield return $"Places:Google:KeyFile: '{google.KeyFile}' is set beside Places:Google:Key; remove one of them";
        else if (!hasKey && !hasKeyFile)
            yield return $"Places:Google:Key: '{options.Provider}' needs a key; set it or Places:Google:KeyFile, or choose provider 'Embedded'";
        else if (ReadError(google) is { } error)
        {
            // Never the key's value.
            yield return hasKeyFile
                ? $"Places:Google:KeyFile: '{google.KeyFile}' cannot be used: {error}; name a file that holds the key alone"
                : $"Places:Google:Key: cannot be used: {error}; copy it from Google's console";
        }
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

    [GeneratedRegex(@"\A(\*|places\.[A-Za-z0-9_.*]+(,places\.[A-Za-z0-9_.*]+)*)\z")]
    private static partial Regex FieldMask();
}
