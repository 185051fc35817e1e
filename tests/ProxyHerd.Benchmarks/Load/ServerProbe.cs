using System.Globalization;
using System.Text.Json;

namespace ProxyHerd.Benchmarks.Load;

/// <summary>Looks at a server from outside, over HTTP.</summary>
internal sealed class ServerProbe(HttpClient http, string port)
{
    /// <summary>Reads <c>/herd</c>.</summary>
    public async Task<ServerState> StateAsync()
    {
        using var herd = await HerdAsync();
        var links = herd.RootElement.GetProperty("links").EnumerateArray();
        return new ServerState(
            herd.RootElement.GetProperty("digest").GetString()!,
            links.All(link => link.GetProperty("state").GetString() == "live"));
    }

    /// <summary>Reads <c>/metrics</c>.</summary>
    public async Task<ServerCounts> CountAsync()
    {
        using var herd = await HerdAsync();
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
        return new ServerCounts(
            herd.RootElement.GetProperty("server").GetString()!,
            ValueOf(metrics, "proxyherd_updates_accepted", ""),
            ValueOf(metrics, "proxyherd_lines", "verb=\"at\""));
    }

    private async Task<JsonDocument> HerdAsync() =>
        JsonDocument.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/herd")));

    /// <summary>The value of <c>NAME…{…LABEL…} VALUE [TIMESTAMP]</c>: units and suffixes behind the name differ between exporters.</summary>
    private static long ValueOf(string metrics, string name, string label)
    {
        var line = metrics.Split('\n').FirstOrDefault(
            line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal));
        if (line is null)
            return 0;
        var value = line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (long)double.Parse(line.Contains('}', StringComparison.Ordinal) ? value[0] : value[1], CultureInfo.InvariantCulture);
    }
}
