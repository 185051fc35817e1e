using System.Text.Json;

namespace ProxyHerd.Deploy;

/// <summary>deploy/grafana/herd.json, as far as it asks Prometheus.</summary>
internal static class Dashboard
{
    /// <summary>Every panel's title and query, with Grafana's variables in place.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="rateInterval">What rates are taken over.</param>
    public static IReadOnlyList<(string Title, string Query)> ReadQueries(string root, string rateInterval)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "deploy", "grafana", "herd.json")));
        return
        [
            .. from panel in json.RootElement.GetProperty("panels").EnumerateArray()
               where panel.GetProperty("type").GetString() != "row"
               from target in panel.GetProperty("targets").EnumerateArray()
               select (panel.GetProperty("title").GetString()!, Replace(target.GetProperty("expr").GetString()!, rateInterval)),
        ];
    }

    private static string Replace(string query, string rateInterval)
    {
        query = query.Replace("$__rate_interval", rateInterval, StringComparison.Ordinal).Replace("$server", ".*", StringComparison.Ordinal);
        return !query.Contains('$', StringComparison.Ordinal) ? query : throw new CheckFailedException($"{query} has a variable that nobody here knows");
    }
}
