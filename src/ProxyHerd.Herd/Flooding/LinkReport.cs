namespace ProxyHerd.Herd.Flooding;

/// <summary>A link, for whoever looks at the herd.</summary>
/// <param name="Neighbour">The neighbour's name.</param>
/// <param name="State">How the link stands.</param>
/// <param name="Behind">Updates not yet sent.</param>
/// <param name="Acknowledged">The highest number that the neighbour has acknowledged in this server's feed.</param>
public readonly record struct LinkReport(string Neighbour, LinkState State, long Behind, long Acknowledged);
