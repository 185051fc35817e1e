using System.Globalization;
using System.Text.Json;

namespace ProxyHerd.Server.Places.Google;

/// <summary>What is looked at of a google.rpc.Status.</summary>
/// <param name="Message">For developers, in English.</param>
/// <param name="Reason">Of google.rpc.ErrorInfo.</param>
/// <param name="RetryDelay">Of google.rpc.RetryInfo.</param>
internal readonly record struct GoogleError(string? Message, string? Reason, TimeSpan? RetryDelay)
{
    /// <summary>The reason by which a wrong key is told from a wrong request: both are a 400.</summary>
    public const string KeyInvalid = "API_KEY_INVALID";

    private const string ErrorInfo = "type.googleapis.com/google.rpc.ErrorInfo";
    private const string RetryInfo = "type.googleapis.com/google.rpc.RetryInfo";

    /// <summary>Reads a body, of which anything may be missing or of another kind.</summary>
    public static GoogleError Of(JsonElement? body)
    {
        if (body is not { } root || !root.TryGetProperty("error"u8, out var error) || error.ValueKind != JsonValueKind.Object)
            return default;

        string? reason = null;
        TimeSpan? delay = null;
        if (error.TryGetProperty("details"u8, out var details) && details.ValueKind == JsonValueKind.Array)
        {
            foreach (var detail in details.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
            {
                var type = TextOf(detail, "@type"u8);
                if (type == ErrorInfo)
                    reason ??= TextOf(detail, "reason"u8);
                else if (type == RetryInfo)
                    delay ??= DurationOf(TextOf(detail, "retryDelay"u8));
            }
        }

        return new GoogleError(TextOf(error, "message"u8), reason, delay);
    }

    /// <summary><c>"3.5s"</c>: google.protobuf.Duration in JSON. More than it can hold is as long as that.</summary>
    private static TimeSpan? DurationOf(string? text)
    {
        const double SecondsMax = 315_576_000_000;
        return text?.EndsWith('s') == true
            && double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, SecondsMax))
            : null;
    }

    private static string? TextOf(JsonElement parent, ReadOnlySpan<byte> name)
    {
        try
        {
            return parent.TryGetProperty(name, out var child) && child.ValueKind == JsonValueKind.String ? child.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null; // Half a surrogate pair.
        }
    }
}
