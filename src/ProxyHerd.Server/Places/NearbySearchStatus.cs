namespace ProxyHerd.Server.Places;

/// <summary>The status codes of Google's legacy Nearby Search that a failed search is answered with.</summary>
internal static class NearbySearchStatus
{
    public const string InvalidRequest = "INVALID_REQUEST";
    public const string OverQueryLimit = "OVER_QUERY_LIMIT";
    public const string RequestDenied = "REQUEST_DENIED";
    public const string UnknownError = "UNKNOWN_ERROR";
}
