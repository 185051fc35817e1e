using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ProxyHerd.Server.Places;

/// <summary>Writes answers in the shape of Google's legacy Nearby Search, UTF-8, indented by two spaces, lines ended by LF.</summary>
/// <remarks><see href="https://developers.google.com/maps/documentation/places/web-service/legacy/search-nearby"/></remarks>
internal static class NearbySearchJson
{
    /// <summary>Names stay readable (é, not \u00E9); the reader is a terminal or a program, never a web page's source.</summary>
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The answer of a provider that failed.</summary>
    /// <param name="status">One of Google's status codes (see <see cref="NearbySearchStatus"/>).</param>
    /// <param name="message">Short, for whoever reads the client's output: no key and no URL.</param>
    public static ReadOnlyMemory<byte> Failure(string status, string message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartArray("html_attributions");
            json.WriteEndArray();
            json.WriteStartArray("results");
            json.WriteEndArray();
            json.WriteString("status", status);
            json.WriteString("error_message", message);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }
}
