using System.Collections.Frozen;

namespace ProxyHerd.Server.Places.GeoJson;

/// <summary>Says in Google's legacy words what a feature is.</summary>
internal static class PlaceTypes
{
    /// <summary>Longer values are sentences, not words.</summary>
    private const int WordCharsMax = 40;

    /// <summary>More than people give an object, and few enough that a result stays short.</summary>
    private const int WordsMax = 12;

    private static readonly FrozenDictionary<string, string[]> GeneralWords = Lines(PlaceTypeWords.General)
        .ToFrozenDictionary(words => words[0], words => words[1..]);

    private static readonly FrozenDictionary<string, string> WordOfTag = Lines(PlaceTypeWords.Tags)
        .SelectMany(words => words[1..].Append(CategoryTag(words[0])).Distinct(), (words, tag) => (Tag: tag, Word: words[0]))
        .ToFrozenDictionary(pair => pair.Tag, pair => pair.Word);

    private static readonly FrozenDictionary<string, string> WordOfReligion = new Dictionary<string, string>
    {
        ["christian"] = "church",
        ["muslim"] = "mosque",
        ["jewish"] = "synagogue",
        ["hindu"] = "hindu_temple",
    }.ToFrozenDictionary();

    /// <summary>OpenStreetMap's keys that tell what a feature is; the first that is there tells most.</summary>
    public static ReadOnlySpan<string> Keys => KeyNames;

    private static readonly string[] KeyNames = ["amenity", "shop", "tourism", "leisure", "office", "historic", "healthcare", "craft"];

    /// <summary>
    /// The words, the closest first: <c>restaurant, food, point_of_interest, establishment</c> for <c>amenity=restaurant</c>.
    /// A value for which there is no word stands for itself.
    /// </summary>
    public static IReadOnlyList<string> Of(FeatureProperties properties)
    {
        var words = new List<string>();
        for (var i = 0; i < KeyNames.Length; i++)
        {
            if (properties.Tags[i] is { } values)
                AddTag(words, KeyNames[i], values, properties.Religion);
        }
        AddCategory(words, properties);

        if (words.Count > WordsMax)
            words.RemoveRange(WordsMax, words.Count - WordsMax);
        Add(words, "point_of_interest");
        Add(words, "establishment");
        return words;
    }

    /// <summary>A value may be several: <c>amenity=parking;fuel</c>.</summary>
    private static void AddTag(List<string> words, string key, string values, string? religion)
    {
        foreach (var value in values.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (value == "no")
                continue;
            if (value == "place_of_worship" && religion is not null && WordOfReligion.TryGetValue(religion, out var house))
                AddWithGeneral(words, house);
            else if (WordOfTag.TryGetValue($"{key}={value}", out var word))
                AddWithGeneral(words, word);
            else if (value != "yes" && AsWord(value) is { } own)
                Add(words, own);
            if (key == "shop")
                Add(words, "store");
        }
    }

    /// <summary>Overture's categories, of which the older and the newer may be there. Kinds of restaurant and of shop are told by their ends.</summary>
    private static void AddCategory(List<string> words, FeatureProperties properties)
    {
        string?[] categories = [properties.CategoryPrimary, properties.TaxonomyPrimary, properties.BasicCategory];
        foreach (var category in categories)
        {
            if (category is not null && WordOfTag.TryGetValue(CategoryTag(category), out var word))
            {
                AddWithGeneral(words, word);
                return;
            }
        }

        if (Array.Find(categories, category => category is not null) is not { } exact || AsWord(exact) is not { } own)
            return;
        if (own.EndsWith("_restaurant", StringComparison.Ordinal))
        {
            AddWithGeneral(words, "restaurant");
            return;
        }
        Add(words, own);
        if (own.EndsWith("_store", StringComparison.Ordinal) || own.EndsWith("_shop", StringComparison.Ordinal))
            Add(words, "store");
    }

    private static void AddWithGeneral(List<string> words, string word)
    {
        Add(words, word);
        foreach (var general in GeneralWords.GetValueOrDefault(word, []))
            Add(words, general);
    }

    private static void Add(List<string> words, string word)
    {
        if (!words.Contains(word))
            words.Add(word);
    }

    /// <summary>A type is lower-case letters, digits and underscores; what people type freely is made so, or left out.</summary>
    private static string? AsWord(string value)
    {
        var word = value.ToLowerInvariant().Replace(' ', '_').Replace('-', '_').Replace(':', '_');
        return word.Length <= WordCharsMax && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') ? word : null;
    }

    private static string CategoryTag(string category) => "category=" + category;

    private static IEnumerable<string[]> Lines(string table) => table.Split('\n').Select(line => line.Split(' '));
}
