namespace ProxyHerd.Benchmarks.Load;

/// <summary>What a server's <c>/herd</c> says.</summary>
/// <param name="Digest">Equal on servers that hold the same.</param>
/// <param name="IsConnected">Whether all its links are live.</param>
internal sealed record ServerState(string Digest, bool IsConnected);
