using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProxyHerd.Deploy;

/// <summary>A Prometheus that runs, asked by its HTTP API.</summary>
internal sealed partial class PrometheusApi(int port) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/"), Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>False until it has read its series and serves what is below api/v1, which it answers with 503 before.</summary>
    public async Task<bool> IsReadyAsync()
    {
        using var response = await _http.GetAsync(new Uri("/-/ready", UriKind.Relative));
        return response.IsSuccessStatusCode;
    }

    /// <summary>Health by instance.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AskTargetsAsync()
    {
        var data = await AskAsync("targets?state=active");
        return data.GetProperty("activeTargets").EnumerateArray().ToDictionary(
            target => target.GetProperty("labels").GetProperty("server").GetString()!,
            target => target.GetProperty("health").GetString()!);
    }

    /// <summary>Every rule's name and expression, without the threshold at its end.</summary>
    public async Task<IReadOnlyList<(string Name, string Expression)>> AskRulesAsync()
    {
        var data = await AskAsync("rules");
        var rules = data.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray());
        return [.. rules.Select(rule => (rule.GetProperty("name").GetString()!, WithoutThreshold(rule.GetProperty("query").GetString()!)))];
    }

    /// <summary>How many series answer a query with a number.</summary>
    public async Task<int> CountAsync(string query)
    {
        var data = await AskAsync($"query?query={Uri.EscapeDataString(query)}");
        return data.GetProperty("result").EnumerateArray().Count(series =>
            double.IsFinite(double.Parse(series.GetProperty("value")[1].GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static string WithoutThreshold(string expression)
    {
        var rest = Threshold().Replace(expression, "");
        return rest != expression ? rest : throw new CheckFailedException($"{expression} does not end with a threshold");
    }

    [GeneratedRegex(@"\s(==|!=|>=|<=|>|<)\s[0-9.]+$")]
    private static partial Regex Threshold();

    private async Task<JsonElement> AskAsync(string what)
    {
        using var response = await _http.GetAsync(new Uri(what, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new CheckFailedException($"Prometheus answers {what} with {(int)response.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.GetProperty("data").Clone();
    }
}
