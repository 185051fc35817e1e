namespace ProxyHerd.Server.Places.Search;

/// <summary>A place on its way into a store, or looked at in one. Its spans, all UTF-8, lie in a buffer of whoever made it.</summary>
internal readonly ref struct Place
{
    /// <summary>Degrees, north positive, -90 to 90.</summary>
    public required double Latitude { get; init; }

    /// <summary>Degrees, east positive, -180 to 180.</summary>
    public required double Longitude { get; init; }

    /// <summary>The <c>place_id</c>: a place that comes twice has it twice.</summary>
    public required ReadOnlySpan<byte> Id { get; init; }

    /// <summary>As people read it.</summary>
    public required ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Street and town; empty if not known.</summary>
    public ReadOnlySpan<byte> Vicinity { get; init; }

    /// <summary>Google's words for what it is, the closest first.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>What else is known of it.</summary>
    public PlaceTraits Traits { get; init; }
}
