namespace ProxyHerd.Server.Tls;

/// <summary>Why a peer is not spoken to, for a log.</summary>
/// <param name="Kind">Of which kind it is.</param>
/// <param name="Reason">In words; what the peer chose in it is made harmless.</param>
internal sealed record Refusal(RefusalKind Kind, string Reason);
