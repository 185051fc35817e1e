namespace ProxyHerd.Herd.Flooding;

/// <summary>How a dialled session ended.</summary>
/// <param name="Reason">For the log.</param>
/// <param name="WasReplaced">The neighbour prefers a newer session under this server's name.</param>
/// <param name="WasRefused">The neighbour is up and said BYE, for another reason than that it stops.</param>
internal readonly record struct SessionEnd(string Reason, bool WasReplaced = false, bool WasRefused = false);
