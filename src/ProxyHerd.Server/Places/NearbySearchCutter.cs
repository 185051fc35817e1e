using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace ProxyHerd.Server.Places;

/// <summary>Passes a received answer on: the same object, indented, with no more results than were asked for.</summary>
internal static class NearbySearchCutter
{
    /// <summary>Cuts an answer.</summary>
    /// <param name="body">The body as it was received.</param>
    /// <param name="bound">How many results to keep at most.</param>
    /// <param name="key">The API key, taken out of the <c>error_message</c> should it repeat it.</param>
    /// <returns>The object, or null if the body is not a JSON object in UTF-8.</returns>
    public static ReadOnlyMemory<byte>? Cut(ReadOnlyMemory<byte> body, int bound, string key)
    {
        // The reader takes any bytes within a string; the writer throws at them.
        if (!Utf8.IsValid(body.Span) || !TryParse(body, out var document))
            return null;

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;

            try
            {
                return Write(document.RootElement, bound, key);
            }
            catch (InvalidOperationException)
            {
                return null; // A string has half a surrogate pair, which no UTF-8 can say.
            }
        }
    }

    private static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            document = null;
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Write(JsonElement root, int bound, string key)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, NearbySearchJson.WriterOptions);
        json.WriteStartObject();
        foreach (var property in root.EnumerateObject())
        {
            if (property.NameEquals("results"u8) && property.Value.ValueKind == JsonValueKind.Array)
                WriteResults(json, property.Value, bound);
            else if (property.NameEquals("error_message"u8) && property.Value.ValueKind == JsonValueKind.String)
                json.WriteString("error_message"u8, property.Value.GetString()!.Replace(key, "(key)", StringComparison.Ordinal));
            else
                property.WriteTo(json);
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteResults(Utf8JsonWriter json, JsonElement results, int bound)
    {
        json.WriteStartArray("results"u8);
        foreach (var result in results.EnumerateArray().Take(bound))
            result.WriteTo(json);
        json.WriteEndArray();
    }
}
