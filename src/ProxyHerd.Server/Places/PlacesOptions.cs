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

    /// <summary>The account with Google.</summary>
    public GoogleOptions Google { get; set; } = new();

    /// <summary>Google's legacy Nearby Search.</summary>
    public GoogleLegacyOptions GoogleLegacy { get; set; } = new();

    /// <summary>The files that the provider wants.</summary>
    public string[] FilesToRead() =>
        Provider.Equals(EmbeddedProvider.ProviderName, StringComparison.OrdinalIgnoreCase) ? Files : [];
}
