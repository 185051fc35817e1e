using System.Globalization;
using System.Text.Json;
using ProxyHerd.Herd;
using ProxyHerd.Herd.Flooding;

namespace ProxyHerd.Server.Http;

/// <summary><c>/herd</c>: this server and its links, as JSON.</summary>
internal static class HerdResponse
{
    /// <summary>
    /// Writes it: <c>{"server","boot","locations","digest","sequence","links":[{"neighbour","state","behind","acknowledged"}]}</c>.
    /// </summary>
    public static async Task WriteAsync(HttpResponse response, HerdServer server)
    {
        response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("server", server.Identity.Name);
        json.WriteString("boot", Hex(server.Identity.Boot));
        json.WriteNumber("locations", server.Store.Count);
        json.WriteString("digest", Hex(server.Store.Digest));
        json.WriteNumber("sequence", server.Feed.Head);
        json.WriteStartArray("links");
        foreach (var link in server.Links.Report())
        {
            json.WriteStartObject();
            json.WriteString("neighbour", link.Neighbour);
            json.WriteString("state", LinkReport.NameOf(link.State));
            json.WriteNumber("behind", link.Behind);
            json.WriteNumber("acknowledged", link.Acknowledged);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Hex(ulong value) => value.ToString("x16", CultureInfo.InvariantCulture);
}
