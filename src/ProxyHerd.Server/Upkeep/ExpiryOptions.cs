namespace ProxyHerd.Server.Upkeep;

/// <summary>When a location is forgotten (<c>Expiry</c>).</summary>
internal sealed class ExpiryOptions
{
    /// <summary>
    /// How old a client's time may be, in whole minutes; null to forget nothing. It goes by the client's time, not by when it
    /// was received, so every server of a herd needs the same.
    /// </summary>
    public TimeSpan? After { get; set; }
}
