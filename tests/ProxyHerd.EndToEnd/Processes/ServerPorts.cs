namespace ProxyHerd.EndToEnd.Processes;

/// <summary>The ports of one server.</summary>
/// <param name="Lines">For clients, and for links too unless those have their own.</param>
/// <param name="Links">For links, if the herd has ports for them.</param>
/// <param name="Http">For health, metrics and the herd's state.</param>
internal sealed record ServerPorts(int Lines, int Links, int Http);
