using System.Text.Json;

namespace ProxyHerd.Server.Places.Google;

/// <summary>What one try has come to, or a search as a whole.</summary>
internal sealed record GoogleReply
{
    /// <summary>One of the legacy API's status codes; of a legacy answer whatever it said.</summary>
    public required string Status { get; init; }

    /// <summary>Google's answer, to be passed on; null if there is none.</summary>
    public JsonElement? Answer { get; init; }

    /// <summary>Where there is no answer: why, for whoever reads the client's output. No key, no URL.</summary>
    public string Message { get; init; } = "";

    /// <summary>What Google said of a failure, for the log alone.</summary>
    public string? Said { get; init; }

    /// <summary>Whether it is a reason to ask once more.</summary>
    public TryAgain TryAgain { get; init; }

    /// <summary>Whether Google itself failed, which opens the circuit; a limit that is reached is no such failure.</summary>
    public bool IsGooglesFailure { get; init; }

    /// <summary>How long Google wants to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether it is what was asked for.</summary>
    public bool IsGood => Status is NearbySearchStatus.Ok or NearbySearchStatus.ZeroResults;

    /// <summary>A failure that would come again.</summary>
    public static GoogleReply Failure(string status, string message) => new() { Status = status, Message = message };
}
