namespace ProxyHerd.Herd.Tracing;

/// <summary>How a WHATSAT ended, as its activity says it.</summary>
internal static class WhatsatOutcome
{
    /// <summary>With what the provider answered, which may be that it failed.</summary>
    public const string Answered = "answered";

    /// <summary>Without asking for places: its bound is 0.</summary>
    public const string NoPlacesAsked = "no_places_asked";

    /// <summary>With <c>?</c>: nobody has told where the client is.</summary>
    public const string UnknownClient = "unknown_client";

    /// <summary>Not at all: the provider broke.</summary>
    public const string Failed = "failed";
}
