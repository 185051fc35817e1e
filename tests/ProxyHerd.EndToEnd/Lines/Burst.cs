using System.Globalization;
using Xunit;

namespace ProxyHerd.EndToEnd.Lines;

/// <summary>Many clients' updates through one connection, without waiting for replies between them.</summary>
internal static class Burst
{
    private const int LinesAtOnce = 500;

    /// <summary>Sends IAMAT for clients <c>NAME-0</c>, <c>NAME-1</c>, … and receives all replies.</summary>
    /// <returns>Every client's AT line, by its ID.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> TellAsync(
        LineClient client, string name, int count, long time = 1400794645)
    {
        var replies = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var first = 0; first < count; first += LinesAtOnce)
        {
            var ids = Enumerable.Range(first, Math.Min(LinesAtOnce, count - first))
                .Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}")).ToList();
            var fields = string.Create(CultureInfo.InvariantCulture, $"+34.068930-118.445127 {time}.5");
            await client.SendAsync([.. ids.Select(id => $"IAMAT {id} {fields}")]);
            foreach (var id in ids)
            {
                replies[id] = await client.ReceiveAsync();
                Assert.Contains($" {id} ", replies[id], StringComparison.Ordinal);
            }
        }

        return replies;
    }

    /// <summary>Sends IAMAT for one new client after another until the server closes.</summary>
    /// <returns>Every AT line that came, by its client's ID.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> TellUntilClosedAsync(LineClient client, string name)
    {
        var replies = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            for (var number = 0; ; number++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
                await client.SendAsync($"IAMAT {id} +34.068930-118.445127 1400794645.5");
                if (await client.TryReceiveAsync() is not { } reply)
                    return replies;
                replies[id] = reply;
            }
        }
        catch (IOException)
        {
            // The server hung up before the line was sent.
            return replies;
        }
    }
}
