namespace ProxyHerd.Benchmarks.Load;

/// <summary>What a server's <c>/metrics</c> says, since it started.</summary>
/// <param name="Server">Its name.</param>
/// <param name="Accepted">Updates that were newer than what it had, by IAMAT or AT.</param>
/// <param name="AtLines">AT lines that came to it.</param>
internal sealed record ServerCounts(string Server, long Accepted, long AtLines);
