using ProxyHerd.EndToEnd.Processes;
using Xunit;

namespace ProxyHerd.EndToEnd.Lines;

/// <summary>The last AT line that each client was told.</summary>
internal sealed class LastReplies(IReadOnlyDictionary<string, string> lines)
{
    /// <summary>A server says the very same of every client.</summary>
    public async Task AssertKnownAtAsync(ProcessHerd herd, string name)
    {
        using var client = await herd.ConnectAsync(name);
        foreach (var (id, line) in lines)
            Assert.Equal(line, (await client.WhatsatAsync(id)).Location);
    }
}
