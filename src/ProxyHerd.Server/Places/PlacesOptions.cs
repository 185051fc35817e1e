using ProxyHerd.Server.Places.Google;

namespace ProxyHerd.Server.Places;

/// <summary>Section <c>Places</c>: who supplies the places near a client.</summary>
internal sealed class PlacesOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Places";

    /// <summary>The provider's name. <c>Embedded</c> needs neither key nor network, so that a first start just works.</summary>
    public string Provider { get; set; } = EmbeddedProvider.ProviderName;

    /// <summary>GeoJSON files for <c>Embedded</c> instead of the landmarks that ship. Other providers leave them alone.</summary>
    public string[] Files { get; set => field = value ?? []; } = [];

    /// <summary>The account with Google, and its Places API (New).</summary>
    public GoogleOptions Google { get; set; } = new();

    /// <summary>Google's legacy Nearby Search.</summary>
    public GoogleLegacyOptions GoogleLegacy { get; set; } = new();

    /// <summary>
    /// Calls of Google that this server makes in a calendar month, Pacific time; 0 for no limit. A thousand each let a herd of
    /// five stay within the 5,000 calls of the Pro tier that Google gives away.
    /// </summary>
    public int CallsPerMonthMax { get; set; } = 1_000;

    /// <summary>WHATSAT a second that one address may send to a provider that costs money; 0 for no limit.</summary>
    public int WhatsatPerSecondMax { get; set; } = 5;

    /// <summary>WHATSAT at once of an address that has not asked for a while.</summary>
    public int WhatsatBurstMax { get; set; } = 20;

    /// <summary>The files that the provider wants.</summary>
    public string[] FilesToRead() =>
        EmbeddedProvider.ProviderName.Equals(Provider, StringComparison.OrdinalIgnoreCase) ? Files : [];
}
