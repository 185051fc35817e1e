using System.Globalization;

namespace ProxyHerd.Server.Places.GeoJson;

/// <summary>OpenStreetMap's ids in the ways in which tools write them.</summary>
internal static class OsmId
{
    /// <summary>What such a <c>place_id</c> begins with.</summary>
    public const string Prefix = "osm:";

    /// <summary>
    /// <c>osm:way/899402612</c> for a feature's id: <c>a1798805224</c> as <c>osmium export --add-unique-id=type_id</c> writes
    /// it, <c>way/899402612</c> as osmtogeojson and Overpass turbo do.
    /// </summary>
    /// <remarks>
    /// An area's number is twice the number of what it was made of, and one more for a relation
    /// (https://docs.osmcode.org/libosmium/latest/, <c>object_id_to_area_id</c>).
    /// </remarks>
    /// <returns>Null if it is no such id.</returns>
    public static string? Of(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
            return Of(id[..slash], id[(slash + 1)..]);
        if (id.Length < 2 || !TryParse(id.AsSpan(1), out var number))
            return null;
        return id[0] switch
        {
            'n' => Write("node", number),
            'w' => Write("way", number),
            'r' => Write("relation", number),
            'a' => Write(number % 2 == 0 ? "way" : "relation", number / 2),
            _ => null,
        };
    }

    /// <summary><c>osm:node/25191432</c> for the attributes <c>@type</c> and <c>@id</c>.</summary>
    /// <returns>Null if they are no such id.</returns>
    public static string? Of(string type, string id) =>
        type is "node" or "way" or "relation" && TryParse(id, out var number) ? Write(type, number) : null;

    private static bool TryParse(ReadOnlySpan<char> digits, out long number) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static string Write(string type, long number) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{type}/{number}");
}
