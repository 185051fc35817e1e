namespace ProxyHerd.Herd.Requests;

/// <summary>A WHATSAT whose places are not there yet.</summary>
/// <param name="Line">The client's AT line.</param>
/// <param name="Places">The provider's answer to come.</param>
internal readonly record struct WhatsatReply(ReadOnlyMemory<byte> Line, ValueTask<ReadOnlyMemory<byte>> Places);
