using System.Buffers;
using System.Text;
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

    private const string ResultIndent = "    ";

    private static readonly byte[] ZeroResults =
        "{\n  \"html_attributions\": [],\n  \"results\": [],\n  \"status\": \"ZERO_RESULTS\"\n}"u8.ToArray();

    private static ReadOnlySpan<byte> Head => "{\n  \"html_attributions\": [],\n  \"results\": [\n"u8;
    private static ReadOnlySpan<byte> Between => ",\n"u8;
    private static ReadOnlySpan<byte> Tail => "\n  ],\n  \"status\": \"OK\"\n}"u8;

    /// <summary>A landmark's result object as it stands in the array: indented by four, without a newline at its end.</summary>
    public static byte[] Result(Landmark landmark)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject("geometry");
            json.WriteStartObject("location");
            json.WriteNumber("lat", landmark.Latitude);
            json.WriteNumber("lng", landmark.Longitude);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteString("name", landmark.Name);
            json.WriteString("place_id", landmark.PlaceId);
            json.WriteString("reference", landmark.PlaceId);
            json.WriteString("scope", "EMBEDDED");
            json.WriteStartArray("types");
            foreach (var type in new[] { landmark.Type, "point_of_interest", "establishment" }.Distinct())
                json.WriteStringValue(type);
            json.WriteEndArray();
            json.WriteString("vicinity", landmark.Vicinity);
            json.WriteEndObject();
        }
        // JSON strings hold no raw newline, so that each one found is the indentation's.
        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        return Encoding.UTF8.GetBytes(ResultIndent + text.Replace("\n", "\n" + ResultIndent, StringComparison.Ordinal));
    }

    /// <summary>The whole answer: one copy of what was rendered when the landmarks were loaded.</summary>
    public static ReadOnlyMemory<byte> Answer(NearestLandmarks nearest)
    {
        var found = nearest.Found;
        if (found.IsEmpty)
            return ZeroResults;

        var length = Head.Length + ((found.Length - 1) * Between.Length) + Tail.Length;
        foreach (var (_, landmark) in found)
            length += landmark.Json.Length;

        var answer = GC.AllocateUninitializedArray<byte>(length);
        var rest = Append(answer, Head);
        for (var i = 0; i < found.Length; i++)
            rest = Append(i == 0 ? rest : Append(rest, Between), found[i].Landmark.Json);
        Append(rest, Tail);
        return answer;
    }

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

    private static Span<byte> Append(Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        return rest[bytes.Length..];
    }
}
