namespace ProxyHerd.Herd.Flooding;

/// <summary>A link, for whoever looks at the herd.</summary>
/// <param name="Neighbour">The neighbour's name.</param>
/// <param name="State">How the link stands.</param>
/// <param name="Behind">Updates not yet sent.</param>
/// <param name="Lag">How long the oldest of them has been waiting.</param>
/// <param name="Acknowledged">The highest number that the neighbour has acknowledged in this server's feed.</param>
public readonly record struct LinkReport(string Neighbour, LinkState State, long Behind, TimeSpan Lag, long Acknowledged)
{
    /// <summary>Whether the neighbour is being told.</summary>
    public bool IsUp => State is LinkState.CatchingUp or LinkState.Live or LinkState.Plain;

    /// <summary>A state's name, in metrics and in JSON.</summary>
    public static string NameOf(LinkState state) => state switch
    {
        LinkState.Connecting => "connecting",
        LinkState.CatchingUp => "catching-up",
        LinkState.Live => "live",
        LinkState.Plain => "plain",
        _ => "down",
    };
}
