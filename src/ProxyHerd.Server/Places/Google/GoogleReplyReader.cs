using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;

namespace ProxyHerd.Server.Places.Google;

/// <summary>Reads what Google sent.</summary>
/// <remarks>
/// Failures with an HTTP status of their own carry a google.rpc.Status (<see href="https://google.aip.dev/193"/>):
/// <c>{"error":{"code":400,"message":"…","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}</c>.
/// The legacy API's come with HTTP status 200 and stand in the answer.
/// </remarks>
internal sealed class GoogleReplyReader(IGoogleApi api, ApiKey key, TimeProvider time)
{
    /// <summary>What Google says of a failure is cut to this: a line of a log.</summary>
    private const int SaidLettersMax = 300;

    /// <summary>
    /// Of an answer as it goes out: 40 KB become 70 by indentation, but a body of 1 MB that is nested as deep as may be becomes 60 MB,
    /// which each asker would have for itself.
    /// </summary>
    private const long AnswerBytesMax = 4 << 20;

    /// <summary>Reads a response; its body is there already.</summary>
    public GoogleReply Read(HttpResponseMessage response, ReadOnlyMemory<byte> body) =>
        response.IsSuccessStatusCode ? ReadAnswer(body) : ReadError(response, body);

    private GoogleReply ReadAnswer(ReadOnlyMemory<byte> body)
    {
        if (Parse(body) is not { } answer)
            return GoogleReply.Failure(NearbySearchStatus.UnknownError, "the places service's answer is not a JSON object");
        try
        {
            if (api.StatusOf(answer) is not { } status)
                return GoogleReply.Failure(NearbySearchStatus.UnknownError, "the places service's answer has no places in it");

            // Each asker's part is written later: whether that can be done must be known now.
            using var json = new Utf8JsonWriter(Stream.Null, NearbySearchJson.WriterOptions);
            api.Write(json, answer, int.MaxValue);
            if (json.BytesCommitted + json.BytesPending > AnswerBytesMax)
                return GoogleReply.Failure(NearbySearchStatus.UnknownError, "the places service's answer is too long");
            return new GoogleReply
            {
                Status = Shown(status) ?? "",
                Answer = answer,
                Said = Shown(api.MessageOf(answer)),
                IsGooglesFailure = status == NearbySearchStatus.UnknownError,
                TryAgain = status switch
                {
                    NearbySearchStatus.UnknownError => TryAgain.WhileTriesLast,
                    NearbySearchStatus.OverQueryLimit => TryAgain.Once,
                    _ => TryAgain.Never,
                },
            };
        }
        catch (InvalidOperationException)
        {
            // A string has half a surrogate pair, which no UTF-8 can say.
            return GoogleReply.Failure(NearbySearchStatus.UnknownError, "the places service's answer has a string that is no text");
        }
    }

    private GoogleReply ReadError(HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var error = GoogleError.Of(Parse(body));
        var isGooglesFailure = (int)response.StatusCode >= 500 || response.StatusCode == HttpStatusCode.RequestTimeout;
        return new GoogleReply
        {
            Status = StatusOf(response.StatusCode, error),
            Message = $"the places service answered with HTTP status {(int)response.StatusCode}",
            Said = Shown(error.Message),
            IsGooglesFailure = isGooglesFailure,
            TryAgain = isGooglesFailure || response.StatusCode == HttpStatusCode.TooManyRequests ? TryAgain.WhileTriesLast : TryAgain.Never,
            RetryAfter = Later(RetryAfter(response), error.RetryDelay),
        };
    }

    private static string StatusOf(HttpStatusCode code, GoogleError error) => code switch
    {
        HttpStatusCode.BadRequest when error.Reason == GoogleError.KeyInvalid => NearbySearchStatus.RequestDenied,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => NearbySearchStatus.RequestDenied,
        HttpStatusCode.TooManyRequests => NearbySearchStatus.OverQueryLimit,
        HttpStatusCode.RequestTimeout => NearbySearchStatus.UnknownError,
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => NearbySearchStatus.InvalidRequest,
        _ => NearbySearchStatus.UnknownError,
    };

    /// <summary>
    /// The longest that a header Retry-After says: seconds or a date. .NET's own reading takes the first of several, and none of
    /// more seconds than an int holds.
    /// </summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        TimeSpan? longest = null;
        if (response.Headers.NonValidated.TryGetValues("Retry-After", out var values))
        {
            foreach (var value in values)
                longest = Later(longest, WaitOf(value.Trim()));
        }

        return longest;
    }

    private TimeSpan? WaitOf(string value)
    {
        if (value.Length > 0 && value.All(char.IsAsciiDigit))
            return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        return RetryConditionHeaderValue.TryParse(value, out var parsed) && parsed.Date is { } date ? date - time.GetUtcNow() : null;
    }

    private static TimeSpan? Later(TimeSpan? one, TimeSpan? other) => one > other || other is null ? one : other;

    /// <summary>One line without the key and without what steers a terminal.</summary>
    private string? Shown(string? said)
    {
        if (string.IsNullOrWhiteSpace(said))
            return null;
        var line = string.Concat(key.TakeOutOf(said).Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= SaidLettersMax ? line : line[..SaidLettersMax] + "…";
    }

    /// <returns>The object, or null if the body is no JSON object in UTF-8.</returns>
    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        // The reader takes any bytes within a string; the writer throws at them.
        if (!Utf8.IsValid(body.Span))
            return null;
        try
        {
            var element = JsonElement.Parse(body.Span);
            return element.ValueKind == JsonValueKind.Object ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
