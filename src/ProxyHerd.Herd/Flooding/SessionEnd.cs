namespace ProxyHerd.Herd.Flooding;

/// <summary>How a dialled session ended.</summary>
/// <param name="Reason">For the log.</param>
/// <param name="WasReplaced">The neighbour prefers a newer session under this server's name.</param>
internal readonly record struct SessionEnd(string Reason, bool WasReplaced = false);
