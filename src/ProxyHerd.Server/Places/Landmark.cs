using System.Text;

namespace ProxyHerd.Server.Places;

/// <summary>One place of the landmarks file.</summary>
/// <param name="Name">As people read it; no two landmarks share one.</param>
/// <param name="Latitude">Degrees, north positive, -90 to 90.</param>
/// <param name="Longitude">Degrees, east positive, -180 to 180.</param>
/// <param name="Type">A Google place type: lower-case letters, digits and underscores, such as <c>art_gallery</c>.</param>
/// <param name="Vicinity">The street, quarter or town.</param>
internal sealed record Landmark(string Name, double Latitude, double Longitude, string Type, string Vicinity)
{
    /// <summary>What stays the same for this landmark as long as its name does.</summary>
    public string PlaceId { get; } = "landmark:" + Slug(Name);

    /// <summary>Letters and digits in lower case, whatever stands between them as one hyphen.</summary>
    private static string Slug(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
                slug.Append(Rune.ToLowerInvariant(rune).ToString());
            else if (rune.Value is not ('\'' or '’' or '.') && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        return slug.ToString().TrimEnd('-');
    }
}
