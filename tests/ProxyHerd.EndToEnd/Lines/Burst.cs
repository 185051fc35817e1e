using System.Globalization;
using Xunit;

namespace ProxyHerd.EndToEnd.Lines;

/// <summary>Many clients' updates through one connection, without waiting for replies between them.</summary>
internal static class Burst
{
    private const int LinesAtOnce = 500;

    /// <summary>Sends IAMAT for clients <c>NAME-0</c>, <c>NAME-1</c>, … and receives all replies.</summary>
    /// <returns>Every client's AT line, by its ID.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> TellAsync(LineClient client, string name, int count, long time = 1400794645)
    {
        var replies = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var first = 0; first < count; first += LinesAtOnce)
        {
            var ids = Enumerable.Range(first, Math.Min(LinesAtOnce, count - first))
                .Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}")).ToList();
            await client.SendAsync([.. ids.Select(id => string.Create(CultureInfo.InvariantCulture, $"IAMAT {id} +34.068930-118.445127 {time}.5"))]);
            foreach (var id in ids)
            {
                replies[id] = await client.ReceiveAsync();
                Assert.Contains($" {id} ", replies[id], StringComparison.Ordinal);
            }
        }

        return replies;
    }
}
