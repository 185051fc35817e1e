namespace ProxyHerd.Server.Tests.Places.Google;

/// <summary>What the stub was asked: method and target as they stood on the wire, headers, body.</summary>
internal sealed record StubRequest(string Target, IReadOnlyDictionary<string, string> Headers, string Body);
