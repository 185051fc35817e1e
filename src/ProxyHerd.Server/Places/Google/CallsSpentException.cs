namespace ProxyHerd.Server.Places.Google;

/// <summary>A call was not made: as many as a month may have were.</summary>
internal sealed class CallsSpentException() : Exception("The month's calls are spent.");
