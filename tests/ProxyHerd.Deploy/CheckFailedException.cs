namespace ProxyHerd.Deploy;

/// <summary>Something is not as it should be, in words.</summary>
internal sealed class CheckFailedException(string message) : Exception(message);
