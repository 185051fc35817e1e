namespace ProxyHerd.Server.Places.Search;

/// <summary>What is remembered of a place beside what is shown.</summary>
[Flags]
internal enum PlaceTraits : byte
{
    None = 0,

    /// <summary>The data is OpenStreetMap's, which must be said wherever it is shown.</summary>
    IsOpenStreetMaps = 1,

    /// <summary>It came as an area. <c>osmium export</c> writes a closed way twice, as a line and as an area, of which the area tells more.</summary>
    IsArea = 2,
}
