using ProxyHerd.Protocol;

namespace ProxyHerd.Server.Connections;

/// <summary>Finds every mistake in <see cref="LimitsOptions"/>.</summary>
internal static class LimitsOptionsValidator
{
    /// <summary>A line shorter than this could not hold an IAMAT with the longest client ID.</summary>
    private const int LineBytesMin = 512;

    /// <summary>Any server of the herd may be sent this many, twice over, by its neighbours; slots are 32 bits.</summary>
    private const int ClientsLimit = 500_000_000;

    /// <summary>The mistakes, each with its key, the value and the way out.</summary>
    public static IEnumerable<string> FindMistakes(LimitsOptions options)
    {
        if (options.LineBytesMax is < LineBytesMin or > HerdLine.BytesMax)
            yield return $"Limits:LineBytesMax: {options.LineBytesMax} is not from {LineBytesMin} to {HerdLine.BytesMax}";
        if (options.ConnectionsMax < 1)
            yield return $"Limits:ConnectionsMax: {options.ConnectionsMax} lets nobody in; give 1 or more";
        if (options.ConnectionsPerAddressMax < 1)
            yield return $"Limits:ConnectionsPerAddressMax: {options.ConnectionsPerAddressMax} lets nobody in; give 1 or more";
        if (options.ClientsMax is < 1 or > ClientsLimit)
            yield return $"Limits:ClientsMax: {options.ClientsMax} is not from 1 to {ClientsLimit}";
        if (options.ClockAheadMax < TimeSpan.Zero || options.ClockAheadMax > TimeSpan.FromDays(366))
            yield return $"Limits:ClockAheadMax: {options.ClockAheadMax} is not from 00:00:00 to 366.00:00:00";
    }
}
