namespace ProxyHerd.Server.Places.Google;

/// <summary>Section <c>Places:Google</c>: the account with Google, of which one of the two values is set, and its Places API (New).</summary>
internal sealed class GoogleOptions
{
    /// <summary>
    /// Fields of the Pro price tier alone: what a legacy answer without ratings, prices and opening hours is made of. One field
    /// of a dearer tier makes the whole call as dear as that.
    /// </summary>
    public const string FieldMaskOfProTier =
        "places.id,places.displayName,places.location,places.viewport,places.types,places.businessStatus,"
        + "places.shortFormattedAddress,places.plusCode,places.iconMaskBaseUri,places.iconBackgroundColor,places.attributions";

    /// <summary>The API key itself.</summary>
    public string? Key { get; set; }

    /// <summary>A file that holds the API key and nothing else, as container secrets do. White space around it is dropped.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Where <c>/v1/places:searchNearby</c> is found: an absolute http or https URL.</summary>
    public string BaseUrl { get; set; } = "https://places.googleapis.com";

    /// <summary>What Google is asked to say of each place, and is paid for: names with commas between them.</summary>
    public string FieldMask { get; set; } = FieldMaskOfProTier;

    /// <summary>Which places come first: <c>POPULARITY</c>, as in the legacy API, or <c>DISTANCE</c>.</summary>
    public string RankPreference { get; set; } = "POPULARITY";

    /// <summary>The key, from wherever it is.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InvalidDataException">There is no key, or what is there is none.</exception>
    public ApiKey ReadKey()
    {
        var key = (string.IsNullOrEmpty(KeyFile) ? Key : ReadBeginning(KeyFile))?.Trim();
        if (string.IsNullOrEmpty(key))
            throw new InvalidDataException("there is no key in it");
        return ApiKey.IsOne(key) ? new ApiKey(key) : throw new InvalidDataException($"it holds no key: that is of {ApiKey.LettersMin} or more letters, digits, hyphens and low lines");
    }

    /// <summary>Of another file, be it endless, no more is read than shows that it is no key's.</summary>
    private static string ReadBeginning(string path)
    {
        const int CharsMax = 4096;
        using var reader = new StreamReader(path);
        var text = new char[CharsMax];
        var length = reader.ReadBlock(text);
        return length < CharsMax ? new string(text, 0, length) : throw new InvalidDataException("it is longer than a key");
    }
}
