using System.Globalization;
using System.Text.Json;
using ProxyHerd.Herd.Places;
using ProxyHerd.Server.Places.Search;

namespace ProxyHerd.Server.Places;

/// <summary>An answer in the shape of Google's legacy Nearby Search, for people to read.</summary>
internal sealed class PlacesTable
{
    /// <summary>Longer texts are cut, so that a row fits a wide terminal.</summary>
    private const int ColumnCharsMax = 40;

    private readonly List<string[]> _rows = [];
    private readonly List<string> _attributions = [];

    private PlacesTable()
    {
    }

    /// <summary>Whether the provider could answer, be it that there is nothing near.</summary>
    public bool IsAnswered { get; private init; }

    /// <summary>How many places there are, or why none could be had.</summary>
    public required string Summary { get; init; }

    /// <summary>The table of an answer.</summary>
    /// <param name="answer">What a provider gave.</param>
    /// <param name="query">What it was asked, for the distances.</param>
    public static PlacesTable Of(ReadOnlyMemory<byte> answer, in PlacesQuery query)
    {
        using var document = JsonDocument.Parse(answer);
        var root = document.RootElement;
        var status = TextOf(root, "status");
        var results = root.TryGetProperty("results", out var array) && array.ValueKind == JsonValueKind.Array ? array.EnumerateArray().ToArray() : [];
        var table = new PlacesTable
        {
            IsAnswered = status is "OK" or "ZERO_RESULTS",
            Summary = TextOf(root, "error_message") is { Length: > 0 } reason
                ? $"{status}: {reason}"
                : string.Create(CultureInfo.InvariantCulture, $"{status}, {results.Length} places"),
        };

        var center = new SpherePoint(query.Latitude, query.Longitude);
        foreach (var result in results)
            table._rows.Add(RowOf(result, center));
        if (root.TryGetProperty("html_attributions", out var attributions) && attributions.ValueKind == JsonValueKind.Array)
            table._attributions.AddRange(attributions.EnumerateArray().Select(attribution => Shown(attribution.ToString())));
        return table;
    }

    /// <summary>Writes the places, a line each, and whom they must be credited to.</summary>
    public async Task WriteAsync(TextWriter output)
    {
        if (_rows.Count > 0)
        {
            string[][] lines = [["metres", "name", "type", "vicinity", "place_id"], .. _rows];
            var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
            foreach (var line in lines)
            {
                // Numbers to the right, so that they can be compared.
                var cells = line.Select((cell, column) => column == 0 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
                await output.WriteLineAsync(string.Join("  ", cells).TrimEnd());
            }
        }
        foreach (var attribution in _attributions)
            await output.WriteLineAsync(attribution);
    }

    /// <summary>Of what Google's legacy API gave, which is passed on as it is, anything may be missing or of another kind.</summary>
    private static string[] RowOf(JsonElement result, in SpherePoint center)
    {
        var meters = "";
        var location = ChildOf(ChildOf(result, "geometry"), "location");
        if (NumberOf(location, "lat") is { } latitude && NumberOf(location, "lng") is { } longitude)
        {
            var distance = GreatCircle.MetersOf(SpherePoint.SquaredChord(center, new SpherePoint(latitude, longitude)));
            meters = distance.ToString("f0", CultureInfo.InvariantCulture);
        }
        var types = ChildOf(result, "types");
        var type = types.ValueKind == JsonValueKind.Array && types.GetArrayLength() > 0 ? types[0].ToString() : "";
        return [meters, Cut(TextOf(result, "name")), Cut(Shown(type)), Cut(TextOf(result, "vicinity")), TextOf(result, "place_id")];
    }

    private static JsonElement ChildOf(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : default;

    private static double? NumberOf(JsonElement element, string name) =>
        ChildOf(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value) && double.IsFinite(value) ? value : null;

    private static string TextOf(JsonElement element, string name) => Shown(ChildOf(element, name).ToString());

    /// <summary>A name may hold what ends a row or steers a terminal.</summary>
    private static string Shown(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;

    private static string Cut(string text)
    {
        if (text.Length <= ColumnCharsMax)
            return text;
        var length = ColumnCharsMax - 1;
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)] + "…";
    }
}
