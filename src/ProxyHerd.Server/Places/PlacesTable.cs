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
            table._attributions.AddRange(attributions.EnumerateArray().Select(attribution => attribution.ToString()));
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

    private static string[] RowOf(JsonElement result, in SpherePoint center)
    {
        var meters = "";
        if (result.TryGetProperty("geometry", out var geometry) && geometry.TryGetProperty("location", out var location))
        {
            var point = new SpherePoint(location.GetProperty("lat").GetDouble(), location.GetProperty("lng").GetDouble());
            meters = GreatCircle.MetersOf(SpherePoint.SquaredChord(center, point)).ToString("f0", CultureInfo.InvariantCulture);
        }
        var type = result.TryGetProperty("types", out var types) && types.GetArrayLength() > 0 ? types[0].ToString() : "";
        return [meters, Cut(TextOf(result, "name")), Cut(type), Cut(TextOf(result, "vicinity")), TextOf(result, "place_id")];
    }

    private static string TextOf(JsonElement element, string name) => element.TryGetProperty(name, out var text) ? text.ToString() : "";

    private static string Cut(string text) => text.Length <= ColumnCharsMax ? text : text[..(ColumnCharsMax - 1)] + "…";
}
