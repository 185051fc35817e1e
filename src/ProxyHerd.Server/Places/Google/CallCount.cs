namespace ProxyHerd.Server.Places.Google;

/// <summary>How often Google was asked in a month.</summary>
internal readonly record struct CallCount(BillingMonth Month, long Calls);
