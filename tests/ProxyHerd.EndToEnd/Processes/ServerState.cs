using System.Text.Json;

namespace ProxyHerd.EndToEnd.Processes;

/// <summary>What a server says of itself at <c>/herd</c>.</summary>
/// <param name="Server">Its name.</param>
/// <param name="Boot">Which start of it this is.</param>
/// <param name="Locations">Clients that it knows.</param>
/// <param name="Digest">Equal on two servers that hold the same AT lines.</param>
/// <param name="Sequence">Its last committed update.</param>
/// <param name="Links">Its links.</param>
internal sealed record ServerState(string Server, string Boot, long Locations, string Digest, long Sequence, IReadOnlyList<LinkView> Links)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Asks a server; null if it does not answer.</summary>
    public static async Task<ServerState?> AskAsync(int port)
    {
        try
        {
            var json = await Http.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}/herd"));
            return JsonSerializer.Deserialize<ServerState>(json, JsonSerializerOptions.Web);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>How its link to a neighbour stands.</summary>
    public string StateOf(string neighbour) => Links.Single(link => link.Neighbour == neighbour).State;

    /// <inheritdoc/>
    public override string ToString()
    {
        var links = string.Join(", ", Links.Select(link => $"{link.Neighbour} {link.State} ({link.Behind} behind)"));
        return $"{Server}: {Locations} locations, digest {Digest}, sequence {Sequence}; {links}";
    }
}
