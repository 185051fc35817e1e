namespace ProxyHerd.Server.Places.Google;

/// <summary>Section <c>Places:GoogleLegacy</c>: Google's legacy Nearby Search, which only older projects can use.</summary>
internal sealed class GoogleLegacyOptions
{
    /// <summary>Where <c>/maps/api/place/nearbysearch/json</c> is found: an absolute http or https URL.</summary>
    public string BaseUrl { get; set; } = "https://maps.googleapis.com";
}
