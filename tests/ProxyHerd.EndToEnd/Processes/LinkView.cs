namespace ProxyHerd.EndToEnd.Processes;

/// <summary>One link at <c>/herd</c>.</summary>
/// <param name="Neighbour">To whom.</param>
/// <param name="State">down, connecting, catching-up, live or plain.</param>
/// <param name="Behind">Updates not yet sent.</param>
/// <param name="Acknowledged">The last update that the neighbour has acknowledged.</param>
internal sealed record LinkView(string Neighbour, string State, long Behind, long Acknowledged);
