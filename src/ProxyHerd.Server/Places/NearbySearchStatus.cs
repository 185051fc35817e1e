namespace ProxyHerd.Server.Places;

/// <summary>The status codes of Google's legacy Nearby Search.</summary>
internal static class NearbySearchStatus
{
    public const string Ok = "OK";
    public const string ZeroResults = "ZERO_RESULTS";
    public const string InvalidRequest = "INVALID_REQUEST";
    public const string OverQueryLimit = "OVER_QUERY_LIMIT";
    public const string RequestDenied = "REQUEST_DENIED";
    public const string UnknownError = "UNKNOWN_ERROR";
}
